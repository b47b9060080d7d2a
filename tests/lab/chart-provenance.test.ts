import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKey } from "openpgp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runHelm, runOwn } from "../charts/chart-programs.ts";
import { available } from "./available.ts";

const kinds = { "an elliptic curve": {}, RSA: { type: "rsa", rsaBits: 2048 } } as const;

describe.skipIf(!(await available(import.meta.filename, "helm")))(
  "provenance as helm writes and checks it",
  () => {
    let root = "";

    beforeAll(async () => {
      root = mkdtempSync(join(tmpdir(), "chart-provenance-"));
      mkdirSync(join(root, "web"));
      writeFileSync(
        join(root, "web/Chart.yaml"),
        "apiVersion: v2\nname: web\nversion: 1.2.0\ndescription: '- with a dash'\nkeywords: [a, b]\n",
      );
      writeFileSync(join(root, "passphrase"), "open\n");
      for (const [name, kind] of Object.entries(kinds)) {
        const { privateKey, publicKey } = await generateKey({
          ...kind,
          userIDs: [{ name: "Ann", email: "ann@example.com" }],
          passphrase: "open",
          format: "binary",
        });
        writeFileSync(join(root, `${name}.secret`), privateKey);
        writeFileSync(join(root, `${name}.public`), publicKey);
      }
    });
    afterAll(() => rmSync(root, { recursive: true }));

    test.each(Object.keys(kinds))("each checks what the other signed with %s", async (kind) => {
      const words = (folder: string) => [
        ...["package", "web", "-d", folder, "--sign", "--key", "Ann"],
        ...["--keyring", `${kind}.secret`, "--passphrase-file", "passphrase"],
      ];
      expect(await runHelm(words("theirs"), root)).toMatchObject({ isDone: true });
      expect(await runOwn(words("ours"), root)).toMatchObject({ isDone: true, stderr: "" });
      const signedText = (folder: string) =>
        readFileSync(join(root, folder, "web-1.2.0.tgz.prov"), "utf8")
          .replace(/sha256:[0-9a-f]{64}/, "")
          .split("-----BEGIN PGP SIGNATURE-----")[0];
      expect(signedText("ours")).toBe(signedText("theirs"));
      for (const folder of ["ours", "theirs"]) {
        const check = ["verify", `${folder}/web-1.2.0.tgz`, "--keyring", `${kind}.public`];
        const helm = await runHelm(check, root);
        expect(helm).toMatchObject({ isDone: true });
        expect(await runOwn(check, root)).toEqual(helm);
      }
    });

    test("neither takes a changed archive", async () => {
      const archive = join(root, "ours/web-1.2.0.tgz");
      writeFileSync(archive, Buffer.concat([readFileSync(archive), Buffer.alloc(1)]));
      for (const run of [runHelm, runOwn]) {
        const ran = await run(["verify", "ours/web-1.2.0.tgz", "--keyring", "RSA.public"], root);
        expect(ran).toMatchObject({
          isDone: false,
          stderr: expect.stringContaining("sha256 sum does not match"),
        });
      }
    });
  },
);
