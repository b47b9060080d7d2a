import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type ChartCase, helmWords, withCaseFolder } from "./cases.ts";

/**
 * Renders a case with the real program. A failure gives its message after `Error: `, without the hint to use
 * `--debug`, which is about the program itself.
 */
export function renderWithHelm(helm: string, folder: string, options: ChartCase): Promise<string> {
  return withCaseFolder(folder, options, (prepared) => run(helm, prepared, options));
}

const start = promisify(execFile);

async function run(helm: string, folder: string, options: ChartCase): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), "chart-case-"));
  try {
    const valuesFile = join(scratch, "values.yaml");
    writeFileSync(valuesFile, options.valuesText ?? JSON.stringify(options.values ?? {}));
    const { stdout } = await start(helm, helmWords(folder, options, valuesFile), {
      // Our Local is UTC; without a home the program reads no configuration of this machine.
      env: { TZ: "UTC", HOME: scratch, PATH: process.env["PATH"] ?? "" },
      maxBuffer: 64 * 1024 * 1024,
    });
    return options.notes ? notesOf(stdout) : stdout;
  } catch (error) {
    const { stderr, code } = error as { stderr?: string; code?: unknown };
    if (typeof code !== "number" || stderr === undefined) throw error;
    return errorOf(stderr);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function notesOf(release: string): string {
  return (JSON.parse(release) as { info: { notes?: string } }).info.notes ?? "";
}

function errorOf(stderr: string): string {
  const start = stderr.indexOf("Error: ");
  return `${stderr
    .slice(Math.max(start, 0))
    .replace("INSTALLATION FAILED: ", "")
    .replace(/\n\nUse --debug flag to render out invalid YAML/, "")
    .trimEnd()}\n`;
}
