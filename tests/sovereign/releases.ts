import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { Calls, eventually } from "./calls.ts";
import { launcher, type Sovereign } from "./sovereign.ts";

const run = promisify(execFile);
const platform = resolve(import.meta.dirname, "../../platform");

/** Changes the text of a file of a Blueprint's folder. */
export type Edits = Readonly<Record<string, (text: string) => string>>;

/**
 * Publishes another version of a shipped Blueprint into a Sovereign that runs, signed with its key, and waits
 * until the catalog has it.
 */
export async function publishRelease(
  sovereign: Sovereign,
  component: string,
  version: string,
  edits: Edits = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "catalyst-release-"));
  try {
    cpSync(join(platform, component), folder, { recursive: true });
    const versioned = { "blueprint.yaml": setVersion(version), "chart/Chart.yaml": setVersion(version) };
    for (const [file, edit] of [...Object.entries(versioned), ...Object.entries(edits)]) {
      writeFileSync(join(folder, file), edit(readFileSync(join(folder, file), "utf8")));
    }
    const target = ["--registry", sovereign.url, "--token-file", join(sovereign.data, "admin-token")];
    const key = ["--key", join(sovereign.data, "keys/blueprints.pem")];
    await run(launcher, ["blueprint", "publish", folder, ...target, ...key]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const path = `/blueprints/bp-${component}/versions/${version}`;
  await eventually(`bp-${component} ${version} is offered`, async () => {
    return (await new Calls(sovereign).status(path)) === 200;
  });
}

/** The version is the first one that a document names. */
function setVersion(version: string): (text: string) => string {
  return (text) => text.replace(/^(\s*version: )\S+/m, `$1${version}`);
}
