import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generateKey } from "openpgp";
import { beforeAll, describe, expect, test } from "vitest";
import { loadChart, packageChart, signChart, verifyChart } from "../index.ts";
import { readKeyring } from "./keyring.ts";

const chart = loadChart(
  new Map([["Chart.yaml", Buffer.from("apiVersion: v2\nname: web\nversion: 1.2.0\n")]]),
);
const archive = packageChart(chart);

async function newKey(name: string, passphrase?: string) {
  const { privateKey, publicKey } = await generateKey({
    userIDs: [{ name, email: `${name.toLowerCase()}@example.com` }],
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  return { secret: Buffer.from(privateKey), public: Buffer.from(publicKey) };
}

const noPassphrase = () => Promise.reject(new Error("nothing is locked"));

describe("provenance", () => {
  let ann: Awaited<ReturnType<typeof newKey>>;
  let ben: Awaited<ReturnType<typeof newKey>>;
  let signed = "";

  beforeAll(async () => {
    [ann, ben] = [await newKey("Ann"), await newKey("Ben")];
    signed = await signChart(archive, { keyring: ann.secret, key: "Ann", passphrase: noPassphrase });
  });

  test("names who signed and what", async () => {
    expect(signed).toContain("name: web\nversion: 1.2.0\n\n...\nfiles:\n  web-1.2.0.tgz: sha256:");
    const verification = await verifyChart(archive, signed, Buffer.concat([ben.public, ann.public]));
    expect(verification.signedBy).toEqual(["Ann <ann@example.com>"]);
    expect(verification.fingerprint).toMatch(/^[0-9A-F]{40}$/);
    expect(signed).toContain(verification.hash);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ["a stranger's signature", () => verifyChart(archive, signed, ben.public), "the signature doesn't hold"],
    [
      "a text changed afterwards",
      () => verifyChart(archive, signed.replace("name: web", "name: bad"), ann.public),
      "the signature doesn't hold",
    ],
    ["no signature", () => verifyChart(archive, "name: web\n", ann.public), "signature block not found"],
    [
      "another archive",
      () => verifyChart({ ...archive, bytes: Buffer.from("x") }, signed, ann.public),
      "sha256 sum does not match",
    ],
    [
      "another name",
      () => verifyChart({ ...archive, name: "other.tgz" }, signed, ann.public),
      "does not contain a SHA",
    ],
  ])("refuses %s", async (_name, verify, message) => {
    await expect(verify()).rejects.toMatchObject({ code: "chart-provenance-invalid" });
    await expect(verify()).rejects.toThrow(message);
  });

  test("GnuPG's keybox is a keyring, unless it is cut off", async () => {
    const keybox = readFileSync(join(import.meta.dirname, "fixtures/pubring.kbx"));
    const keys = await readKeyring(keybox);
    expect(keys.map((key) => key.getUserIDs())).toEqual([["Kay <kay@example.com>"]]);
    await expect(readKeyring(keybox.subarray(0, -1))).rejects.toMatchObject({
      code: "chart-keyring-invalid",
    });
  });

  test("a locked key is unlocked by its passphrase alone", async () => {
    const locked = await newKey("Cleo", "open");
    const signer = (word: string) => ({ keyring: locked.secret, key: "Cleo", passphrase: async () => word });
    expect(await signChart(archive, signer("open"))).toContain("BEGIN PGP SIGNED MESSAGE");
    await expect(signChart(archive, signer("shut"))).rejects.toMatchObject({ code: "chart-key-locked" });
  });

  test.each([
    ["nobody's", "Nobody", "private key not found"],
    ["two people's", "example.com", "more than one key contain the id"],
  ])("a key that is %s isn't taken", async (_name, key, message) => {
    const keyring = Buffer.concat([ann.secret, ben.secret]);
    await expect(signChart(archive, { keyring, key, passphrase: noPassphrase })).rejects.toThrow(message);
  });

  test("a public key can't sign, and what is no keyring isn't one", async () => {
    const signer = { key: "Ann", passphrase: noPassphrase };
    await expect(signChart(archive, { ...signer, keyring: ann.public })).rejects.toThrow("not a private key");
    await expect(signChart(archive, { ...signer, keyring: Buffer.from("x") })).rejects.toMatchObject({
      code: "chart-keyring-invalid",
    });
  });
});
