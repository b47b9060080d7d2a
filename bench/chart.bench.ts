import { type ExecFileSyncOptions, execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { build } from "../tests/lab/build.ts";
import { componentNamed, programPath } from "../tests/lab/lab.ts";
import type { Benchmark, Sample, Side } from "./benchmark.ts";
import { writeLargeChart } from "./charts/large-chart.ts";

const root = resolve(import.meta.dirname, "..");
const quiet: ExecFileSyncOptions = { stdio: ["ignore", "pipe", "inherit"], maxBuffer: 64 * 1024 * 1024 };

/** A chart from elsewhere that is measured too, such as cilium's: its folder or archive. */
const given = process.env["CATALYST_BENCH_CHART"] || undefined;

/** A chart to render, and what is to be removed afterwards. */
interface Source {
  readonly path: string;
  close(): void;
}

function written(): Source {
  const path = writeLargeChart();
  return { path, close: () => rmSync(path, { recursive: true }) };
}

function timed(program: string, words: readonly string[]): number {
  const started = performance.now();
  execFileSync(program, words, quiet);
  return performance.now() - started;
}

function benchmarkOf(title: string, open: () => Source): Benchmark {
  return {
    id: "P5",
    title: `helm template of ${title}`,
    peerName: "helm 4.3",
    metrics: {
      "a run of the program": { unit: "ms", better: "less" },
      "in process, the first time": { unit: "ms", better: "less" },
      "in process, again": { unit: "ms", better: "less" },
      memory: { unit: "MiB", better: "less" },
    },
    ours: async () => {
      const { path, close } = open();
      return { round: async () => ourRound(path), close: async () => close() };
    },
    peer: async (): Promise<Side> => {
      await build(componentNamed("helm"));
      const { path, close } = open();
      return { round: async () => peerRound(path), close: async () => close() };
    },
  };
}

function ourRound(path: string): Sample {
  const words = ["chart", "template", "demo", path, "--include-crds"];
  const printed = execFileSync(process.execPath, [join(root, "bench/charts/round.ts"), path], quiet);
  const { first, warm, memory } = JSON.parse(String(printed)) as {
    first: number;
    warm: number;
    memory: number;
  };
  return {
    "a run of the program": timed(join(root, "catalyst"), words),
    "in process, the first time": first,
    "in process, again": warm,
    memory,
  };
}

function peerRound(path: string): Sample {
  const milliseconds = timed(programPath("helm"), ["template", "demo", path, "--include-crds"]);
  // The program is all there is to compare a rendering in process with.
  return {
    "a run of the program": milliseconds,
    "in process, the first time": milliseconds,
    "in process, again": milliseconds,
  };
}

export const benchmarks: readonly Benchmark[] = [
  benchmarkOf("a chart of cilium's size", written),
  ...(given === undefined
    ? []
    : [benchmarkOf(basename(given), () => ({ path: given, close: () => undefined }))]),
];
