import { describe, expect, it } from "vitest";
import { firstPemBlock, readCertificateRequest, readCertificateSubject } from "./pkix.ts";

/** Made with openssl: attributes in an order of their own, and every kind of alternative name. */
const named = `-----BEGIN CERTIFICATE REQUEST-----
MIIBbTCCARICAQAwSDENMAsGA1UECwwEdW5pdDENMAsGA1UECgwEdGVhbTENMAsG
A1UEBwwESGVyZTELMAkGA1UEBhMCREUxDDAKBgNVBAMMA2JvYjBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABIytPzJjwJ4x85bO8B4orRFqjUJheuhr+g/fpeLRO140
9lg4nXrgQrO0Qg8Nv1te85wmUgO93/n4lq5XgbSir7OgaDBmBgkqhkiG9w0BCQ4x
WTBXMFUGA1UdEQROMEyCC2JvYi5leGFtcGxlhwQKAAABhxD9AAAAAAAAAAAAAAAA
AAABgQ9ib2JAZXhhbXBsZS5jb22GFHNwaWZmZTovL2V4YW1wbGUvYm9iMAoGCCqG
SM49BAMCA0kAMEYCIQDC1nQyp5B7+KMx1Gjc0r/abJyQ3D6ybBjzVN2bACUMlQIh
AOdwHpPUzjpzk12IB5s3dP5YQcAT3cR65YGlo1RrEddd
-----END CERTIFICATE REQUEST-----
`;

/** Signed by kube-controller-manager: Go writes several organizations as one part of the name. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBkjCCATigAwIBAgIQfDlfpnF1jFL/xoNxTwZSYTAKBggqhkjOPQQDAjAjMSEw
HwYDVQQDExhDYXRhbHlzdCBsb2NhbCBhdXRob3JpdHkwHhcNMjYxMTI4MjEyODI3
WhcNMjcxMTI4MjEyODI3WjArMRswCwYDVQQKEwR0ZWFtMAwGA1UEChMFc3RhZmYx
DDAKBgNVBAMTA2FubjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBbDDhIgOavS
5aOwZGhO0NNPyUqF9nRPWfT2mqQER6rrayoQSeDQzxshG3G2dWBBFGqFaQnrmYuF
mM4cntHlf5ajRjBEMBMGA1UdJQQMMAoGCCsGAQUFBwMCMAwGA1UdEwEB/wQCMAAw
HwYDVR0jBBgwFoAUNYUcQsyxRI8Uwns9KNgSJotQ50QwCgYIKoZIzj0EAwIDSAAw
RQIhALbKfAaBFu7eBJ3X4oHsDJtnXGxDPFUfB178gf2yL6XMAiBLUBADU0T2CSTQ
uQCv06QsPCcY6YjiYJJyD1d51nN9jA==
-----END CERTIFICATE-----
`;

const bytes = (pem: string) => firstPemBlock(pem)?.bytes ?? Buffer.alloc(0);

describe("a request for a certificate", () => {
  it("names who it is for and by what other names", () => {
    const { subject, alternativeNames } = readCertificateRequest(bytes(named));
    expect(subject).toEqual({
      commonName: "bob",
      organizations: ["team"],
      organizationalUnits: ["unit"],
      uids: [],
    });
    expect(alternativeNames).toEqual({
      dns: ["bob.example"],
      email: ["bob@example.com"],
      ip: ["10.0.0.1", "fd00:0:0:0:0:0:0:1"],
      uri: ["spiffe://example/bob"],
    });
  });

  it("that is cut off is refused", () => {
    for (const length of [0, 1, 10, 100, 200])
      expect(() => readCertificateRequest(bytes(named).subarray(0, length))).toThrow(RangeError);
  });
});

it("finds every organization of a certificate", () => {
  expect(firstPemBlock(certificate)?.type).toBe("CERTIFICATE");
  expect(readCertificateSubject(bytes(certificate))).toMatchObject({
    commonName: "ann",
    organizations: ["team", "staff"],
  });
});
