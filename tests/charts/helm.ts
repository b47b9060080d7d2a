import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ChartCase, helmWords, withCaseFolder } from "./cases.ts";

/**
 * Renders a case with the real program. A failure gives its message after `Error: `, without the hint to use
 * `--debug`, which is about the program itself.
 */
export function renderWithHelm(helm: string, folder: string, options: ChartCase): Promise<string> {
  return withCaseFolder(folder, options, (prepared) => run(helm, prepared, options));
}

function run(helm: string, folder: string, options: ChartCase): string {
  const scratch = mkdtempSync(join(tmpdir(), "chart-case-"));
  try {
    const valuesFile = join(scratch, "values.json");
    writeFileSync(valuesFile, JSON.stringify(options.values ?? {}));
    const ran = spawnSync(helm, helmWords(folder, options, valuesFile), {
      encoding: "utf8",
      // Our Local is UTC; without a home the program reads no configuration of this machine.
      env: { TZ: "UTC", HOME: scratch, PATH: process.env["PATH"] ?? "" },
      maxBuffer: 64 * 1024 * 1024,
    });
    if (ran.error !== undefined) throw ran.error;
    return ran.status === 0 ? ran.stdout : errorOf(ran.stderr);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function errorOf(stderr: string): string {
  const start = stderr.indexOf("Error: ");
  return `${stderr
    .slice(Math.max(start, 0))
    .replace(/\n\nUse --debug flag to render out invalid YAML/, "")
    .trimEnd()}\n`;
}
