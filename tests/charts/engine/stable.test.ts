import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { renderOurs } from "./our-engine.ts";

const outputOf = (expression: string, seed: string, now: number): string => {
  const outcome = renderOurs({ template: `{{ ${expression} }}` }, { seed, now });
  if (!("output" in outcome)) throw new Error(JSON.stringify(outcome));
  return outcome.output;
};

const moment = Date.UTC(2026, 0, 2, 3, 4, 5);

describe("what is drawn by chance follows from the seed", () => {
  test.each([
    "randAlphaNum 12",
    "randAlpha 12",
    "randNumeric 12",
    "randAscii 12",
    "randBytes 12",
    "randInt 0 1000000000",
    'shuffle "abcdefghijklmnopqrstuvwxyz"',
    "uuidv4",
    'bcrypt "secret"',
    'htpasswd "me" "secret"',
    'encryptAES "key" "text"',
    'genPrivateKey "ecdsa"',
    'genPrivateKey "ed25519"',
    'genCA "ca" 10',
    'genCAWithKey "ca" 10 (genPrivateKey "ecdsa")',
    'genSelfSignedCert "a.example" (list "10.0.0.1") nil 10',
    'genSelfSignedCertWithKey "a.example" nil nil 10 (genPrivateKey "ed25519")',
    'genSignedCert "a.example" nil (list "b.example") 10 (genCA "ca" 10)',
    'genSignedCertWithKey "a.example" nil nil 10 (genCAWithKey "ca" 10 (genPrivateKey "ecdsa")) (genPrivateKey "ecdsa")',
  ])("%s", (expression) => {
    const first = outputOf(expression, "a", moment);
    expect(outputOf(expression, "a", moment)).toBe(first);
    expect(outputOf(expression, "b", moment)).not.toBe(first);
  });
});

describe("what tells the time follows from the clock", () => {
  test.each([
    "now",
    'date "2006-01-02 15:04:05" "now"',
    'dateInZone "15:04:05" nil "Europe/Berlin"',
    "htmlDate nil",
    'htmlDateInZone nil "UTC"',
    "ago 0",
    'durationRound (toDate "2006-01-02" "2026-01-01")',
    '(genCAWithKey "ca" 10 (genPrivateKey "ecdsa")).Cert',
  ])("%s", (expression) => {
    const first = outputOf(expression, "a", moment);
    expect(outputOf(expression, "a", moment)).toBe(first);
    expect(outputOf(expression, "a", moment + 100_000_000)).not.toBe(first);
  });
});

describe("certificates by a given key", () => {
  test.each(["P-256", "P-384", "P-521"])("of the curve %s are signed by it", (namedCurve) => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve });
    const key = privateKey.export({ format: "pem", type: "pkcs8" });
    const template =
      '{{ $ca := genCAWithKey "ca" 10 .Values.key }}{{ $ca.Cert }}|' +
      '{{ (genSignedCertWithKey "a.example" nil nil 5 $ca (genPrivateKey "ecdsa")).Cert }}';
    const outcome = renderOurs({ template, values: JSON.stringify({ key }) });
    const [authority, signed] = ("output" in outcome ? outcome.output : "").split("|");
    const ca = new X509Certificate(authority ?? "");
    expect(ca.verify(ca.publicKey)).toBe(true);
    expect(new X509Certificate(signed ?? "").verify(ca.publicKey)).toBe(true);
  });
});
