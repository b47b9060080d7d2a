import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import type { Benchmark } from "./benchmark.ts";

const root = resolve(import.meta.dirname, "..");

/** Gives the size of a folder on disk in MiB. */
function sizeOf(folder: string): number {
  return Number(execFileSync("du", ["-sk", folder], { encoding: "utf8" }).split("\t")[0]) / 1024;
}

/** The PATH without this checkout's own programs: a fresh clone is met by the machine's Node. */
function systemPath(): string {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .join(delimiter);
}

export const benchmarks: readonly Benchmark[] = [
  {
    id: "P1",
    title: "what the first command of a fresh clone brings, with an empty HOME",
    metrics: {
      "until it runs": { unit: "s", better: "less" },
      fetched: { unit: "MiB", better: "less" },
      "on disk": { unit: "MiB", better: "less" },
    },
    rounds: 1,
    ours: async () => ({
      round: async () => {
        const folder = mkdtempSync(join(tmpdir(), "bench-clone-"));
        const home = join(folder, "home");
        const clone = join(folder, "catalyst");
        try {
          mkdirSync(home);
          execFileSync("git", ["clone", "--quiet", root, clone]);
          const started = performance.now();
          execFileSync(join(clone, "catalyst"), ["--version"], {
            env: { PATH: systemPath(), HOME: home },
            stdio: ["ignore", "ignore", "inherit"],
          });
          return {
            "until it runs": (performance.now() - started) / 1000,
            fetched: sizeOf(join(home, ".npm")),
            "on disk": sizeOf(join(clone, "node_modules")),
          };
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      },
    }),
  },
];
