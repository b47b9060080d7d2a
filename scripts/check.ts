import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * Runs every check of the sources, two at a time, and prints a line for each; what a failing one said
 * follows its line. Ends with exit code 1 when one fails.
 */

interface Check {
  readonly name: string;
  readonly program: string;
  readonly words: readonly string[];
}

const root = resolve(import.meta.dirname, "..");
const programs = join(root, "node_modules", ".bin");

const checks: readonly Check[] = [
  { name: "types", program: "tsc", words: ["--noEmit"] },
  ...(existsSync(join(root, "core/console/tsconfig.json"))
    ? [{ name: "types of the console", program: "tsc", words: ["--noEmit", "-p", "core/console"] }]
    : []),
  { name: "style", program: "biome", words: ["ci", "--colors=off", "."] },
  {
    name: "imports",
    program: "depcruise",
    words: [
      "--config",
      ".dependency-cruiser.cjs",
      "--output-type",
      "err-long",
      "core",
      "bench",
      "platform",
      "scripts",
      "tests",
    ],
  },
  {
    name: "unused files, exports and packages",
    program: "knip",
    words: ["--no-progress", "--no-config-hints"],
  },
];

interface Outcome {
  readonly passed: boolean;
  readonly output: string;
  readonly seconds: string;
}

function runCheck({ program, words }: Check): Promise<Outcome> {
  const started = performance.now();
  return new Promise((done, fail) => {
    const child = spawn(join(programs, program), words, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1", PATH: `${programs}:${process.env["PATH"]}` },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    }
    child.once("error", fail);
    child.once("close", (code) => {
      done({ passed: code === 0, output, seconds: ((performance.now() - started) / 1000).toFixed(1) });
    });
  });
}

let failed = 0;
const waiting = [...checks];

async function work(): Promise<void> {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const { passed, output, seconds } = await runCheck(check);
    if (!passed) failed++;
    process.stdout.write(
      `${passed ? "ok    " : "failed"}  ${check.name} (${seconds} s)\n${passed ? "" : output}`,
    );
  }
}

await Promise.all([work(), work()]);
process.exitCode = failed === 0 ? 0 : 1;
