import { readFileSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import { verifyChart } from "@catalyst/charts";
import type { Call, Command, ExitCode } from "../cli/command.ts";
import { UsageError } from "../cli/errors.ts";

/** Checks a packed chart against the provenance file beside it, as `helm verify`. */
export const chartVerify: Command = {
  positionals: "ARCHIVE",
  count: { min: 1, max: 1 },
  options: {
    keyring: { type: "string", value: "FILE", help: "The public keys of those whose charts are taken" },
  },
  examples: ["./catalyst chart verify ./web-1.2.0.tgz --keyring ./pubring.gpg"],
  run: verify,
};

async function verify({ arguments: given, folder, terminal }: Call): Promise<ExitCode> {
  const keyring = given.text("keyring");
  if (keyring === undefined) throw new UsageError("--keyring is required: the public keys that are trusted");
  const path = resolve(folder, given.positionals[0] ?? "");
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new CatalystError("chart-not-found", `there is no chart at ${path}`);
  if (found.isDirectory()) throw new CatalystError("chart-invalid", "unpacked charts cannot be verified");
  const provenance = readFile(`${path}.prov`, "could not load provenance file").toString("utf8");
  const archive = { name: basename(path), bytes: readFileSync(path) };
  const keys = readFile(resolve(folder, keyring), "failed to load keyring");
  const verification = await verifyChart(archive, provenance, keys);
  const lines = [
    ...verification.signedBy.map((user) => `Signed by: ${user}`),
    `Using Key With Fingerprint: ${verification.fingerprint}`,
    `Chart Hash Verified: ${verification.hash}`,
  ];
  terminal.result(verification, `${lines.join("\n")}\n`);
  return 0;
}

function readFile(path: string, failure: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CatalystError("chart-file-missing", `${failure} ${path}`, { cause });
  }
}
