/* Requests and a certificate made with openssl for these cases alone; their keys were thrown away. */

/** Signed by a P-256 key, for CN=ann, O=team. */
export const ecRequest = [
  "-----BEGIN CERTIFICATE REQUEST-----",
  "MIHYMH8CAQAwHTEMMAoGA1UEAwwDYW5uMQ0wCwYDVQQKDAR0ZWFtMFkwEwYHKoZI",
  "zj0CAQYIKoZIzj0DAQcDQgAE2i0/qoVODB6X4WfLQ3i2wRl7hOSGnTYjMUIUA7Eu",
  "Ci9nZ9WEo3CxbZEkmqGvMEB6kocS86k8p5g/X4E5Mdb+D6AAMAoGCCqGSM49BAMC",
  "A0kAMEYCIQDV84u7UTlgIFlQEoTjM80wmRrNGJojYT8By9uwK8+eMgIhAKcNJMJ9",
  "kkG/s1ss6a/XJynxRuGrmBPNlQhDTTD++y+F",
  "-----END CERTIFICATE REQUEST-----",
  "",
].join("\n");

/** Signed by an RSA key, for CN=ann. */
export const rsaRequest = [
  "-----BEGIN CERTIFICATE REQUEST-----",
  "MIICUzCCATsCAQAwDjEMMAoGA1UEAwwDYW5uMIIBIjANBgkqhkiG9w0BAQEFAAOC",
  "AQ8AMIIBCgKCAQEAzecQPlY5XyEXpxPO5D+nJGf3K0cwyc10qAlrm4f3dc0NfdJK",
  "mTAxWinjT1G6lABDotItuWeoal0cgd9TYsEzJMzGYTRxaHiSaTKeVKOB21KM7Psw",
  "ODoC7eB0HwxquobH2JK3f+o6lLUzJWIZlJIydRPSmEyoV1oxc39+Y05fjfyJ93vY",
  "zW+jfhorNBaNcgJ0tOd4H3rBp7kaCVN14CsPVC6Gi9ZVEQdueL6SjAwOYwy4Vek3",
  "6mIha1+1+7ZaeCUZiNXHFWKoXW5T4DLirsIINKOMVdKs+h0UnJOHWlk9ey5ODbaH",
  "ZnoWU8TimFffV/zusvGLM/c1G7bt/2uINdUvKQIDAQABoAAwDQYJKoZIhvcNAQEL",
  "BQADggEBALC8poyLzPJD/6ouXxBESTJvaa0xX5jivbBKl9r6Hr2w7nTeoPlM3iTh",
  "R1puPWXpUifyiaSOljDkAiLFi4Rl5x4Ey89IHHeys3KElEv6IPYvX8T1n4WPUeTC",
  "DfB49uOgbNzABQcOctPuQxfL3bDq2iUQGgf5T2SC/7wFQNd3Ihtb9VU5HbWIn4et",
  "Gre6KcJW5SRTdjXm8r3iTVWQFMqqrJ8xTdSP12LJrcEFmX4sYWtrhlEr654VkTJA",
  "gsKV6z4WW42N0oNgWlFdUj9jBkkl1nhGFE2x/1zElM/biofpxdxoEH/QeJMK57+3",
  "msjW7g/nwRq5WKxJtnTw0WhEQEtbQlc=",
  "-----END CERTIFICATE REQUEST-----",
  "",
].join("\n");

/** Signed by an Ed25519 key, for CN=ann. */
export const edRequest = [
  "-----BEGIN CERTIFICATE REQUEST-----",
  "MIGNMEECAQAwDjEMMAoGA1UEAwwDYW5uMCowBQYDK2VwAyEAK1DNRB4cxaM1BHLQ",
  "vqXzO/ziHNxaCFf/cfL2QwhZpCSgADAFBgMrZXADQQCO0xcx7TvH3cOssWJQzDGs",
  "VehdN21TO5b14VS6nSrnO6S+Se0eVs8oXqDnTOQFTGrjUpPJgLfVijNefdKr9/AO",
  "-----END CERTIFICATE REQUEST-----",
  "",
].join("\n");

/** A certificate that vouches for itself. */
export const certificate = [
  "-----BEGIN CERTIFICATE-----",
  "MIIBcTCCARegAwIBAgIUPsCrPPx9sd9PlgPiZJf1Ix9Z/+AwCgYIKoZIzj0EAwIw",
  "DjEMMAoGA1UEAwwDYW5uMB4XDTI2MTEyODE3MzExMloXDTM2MTEyNTE3MzExMlow",
  "DjEMMAoGA1UEAwwDYW5uMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2i0/qoVO",
  "DB6X4WfLQ3i2wRl7hOSGnTYjMUIUA7EuCi9nZ9WEo3CxbZEkmqGvMEB6kocS86k8",
  "p5g/X4E5Mdb+D6NTMFEwHQYDVR0OBBYEFCzHgeEB8DT1+xqPtFppl8BhRUWOMB8G",
  "A1UdIwQYMBaAFCzHgeEB8DT1+xqPtFppl8BhRUWOMA8GA1UdEwEB/wQFMAMBAf8w",
  "CgYIKoZIzj0EAwIDSAAwRQIgDpFyZ/nf8Kpddr04yGeo4Z1hkvMQNWzSxkismfPH",
  "QCMCIQDELge05sGNyjKQQEz3cffN663/tlSzme1XUOY77s3e3w==",
  "-----END CERTIFICATE-----",
  "",
].join("\n");
