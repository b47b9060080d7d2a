import { resolve } from "node:path";
import type { Call, Command, ExitCode } from "../cli/command.ts";
import { UsageError } from "../cli/errors.ts";
import { verifyFile } from "./chart/verification.ts";

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
  const verification = await verifyFile(
    resolve(folder, given.positionals[0] ?? ""),
    resolve(folder, keyring),
  );
  const lines = [
    ...verification.signedBy.map((user) => `Signed by: ${user}`),
    `Using Key With Fingerprint: ${verification.fingerprint}`,
    `Chart Hash Verified: ${verification.hash}`,
  ];
  terminal.result(verification, `${lines.join("\n")}\n`);
  return 0;
}
