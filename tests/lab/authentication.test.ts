import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  comparableFaults,
  configurations,
  documentOf,
} from "../../core/embedded/kubernetes/access/conformance/authentication-configurations.ts";
import { available } from "./available.ts";
import { programPath } from "./lab.ts";

const golden = new URL(
  "../../core/embedded/kubernetes/access/conformance/golden/authentication-faults.json",
  import.meta.url,
);
const rewrites = process.env["CATALYST_REWRITE"] === "1";

/** An issuer that is always refused, so that the server ends also where all others are right. */
const sentinel = {
  issuer: { url: "http://sentinel.example.com", audiences: ["a"] },
  claimMappings: { username: { claim: "sub", prefix: "" } },
};

describe.skipIf(!(await available(import.meta.filename, "kube-apiserver")))(
  "configurations of authentication, as a real API server reads them",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "catalyst-lab-authentication-"));
    const key = join(folder, "key.pem");
    const said: Record<string, string> = {};

    beforeAll(() => {
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      writeFileSync(key, privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
    });
    afterAll(() => {
      if (rewrites) writeFileSync(golden, `${JSON.stringify(said, undefined, 1)}\n`);
      rmSync(folder, { recursive: true });
    });

    test.each(Object.entries(configurations))("%s: as recorded", async (name, jwt) => {
      said[name] = comparableFaults(await faultsOf(jwt));
      if (!rewrites) expect(said[name]).toBe(JSON.parse(readFileSync(golden, "utf8"))[name]);
    });

    async function faultsOf(jwt: readonly unknown[]): Promise<string> {
      const file = join(folder, "authentication.json");
      writeFileSync(file, JSON.stringify(documentOf([...jwt, sentinel])));
      const text = messageOf(await refusal(file));
      const own = `jwt[${jwt.length}].issuer.url: Invalid value: "${sentinel.issuer.url}": URL scheme must be https`;
      if (!text.includes(own)) throw new Error(`the server says nothing of the issuer: ${text}`);
      // Several faults stand in brackets.
      return text.replace(own, "").replace(/^\[(.*), \]$/s, "$1");
    }

    /** It ends before it looks for its store. */
    function refusal(file: string): Promise<string> {
      const words = [
        "--etcd-servers=http://127.0.0.1:1",
        `--authentication-config=${file}`,
        "--service-account-issuer=https://kubernetes.default.svc",
        `--service-account-key-file=${key}`,
        `--service-account-signing-key-file=${key}`,
        `--cert-dir=${folder}`,
        "--bind-address=127.0.0.1",
      ];
      return new Promise((resolve) => {
        execFile(programPath("kube-apiserver"), words, { timeout: 60_000 }, (_error, _out, errors) =>
          resolve(errors),
        );
      });
    }
  },
);

const beginning = "invalid authentication configuration: ";

/** The text after the last thing logged, on lines of its own or quoted. */
function messageOf(errors: string): string {
  const quoted = /err="((?:[^"\\]|\\.)*)"\n/.exec(errors)?.[1];
  const text = quoted === undefined ? errors.replace(/^\t/gm, "") : (JSON.parse(`"${quoted}"`) as string);
  return text
    .slice(text.indexOf(beginning) + beginning.length)
    .replace(/\n >$/m, "")
    .trimEnd();
}
