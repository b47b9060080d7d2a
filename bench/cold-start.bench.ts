import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startLab } from "../tests/lab/lab.ts";
import { type SovereignPorts, startSovereign } from "../tests/sovereign/sovereign.ts";
import type { Benchmark, Sample } from "./benchmark.ts";
import { fluxComponents } from "./flux-peer.ts";
import { memoryOf, processorSeconds } from "./processes.ts";

/** How long everything is left alone before its memory is read, and then its processor time is counted. */
const idle = 10_000;

const firstStart = "first start";
const secondStart = "second start";
const memory = "memory when idle";
const processor = "processor when idle";

/** Starts on a new folder, stops, starts again on the same folder and waits until it idles. */
async function startTwice(
  start: (folder: string) => Promise<{ pids: number[]; stop(): Promise<void> }>,
): Promise<Sample> {
  const folder = mkdtempSync(join(tmpdir(), "bench-start-"));
  try {
    const before = performance.now();
    const first = await start(folder);
    const ready = performance.now();
    await first.stop();
    const again = performance.now();
    const second = await start(folder);
    const readyAgain = performance.now();
    await sleep(idle);
    const resident = memoryOf(second.pids);
    const used = processorSeconds(second.pids);
    await sleep(idle);
    const share = (processorSeconds(second.pids) - used) / (idle / 1000);
    await second.stop();
    return {
      [firstStart]: ready - before,
      [secondStart]: readyAgain - again,
      [memory]: resident,
      [processor]: share * 100,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The console is built in the background on a first start; until then a page that says so answers 503. */
async function untilConsole(url: string): Promise<void> {
  for (const limit = performance.now() + 60_000; performance.now() < limit; await sleep(10)) {
    const page = await fetch(`${url}/`);
    await page.text();
    if (page.ok) return;
  }
  throw new Error("the console doesn't answer within a minute");
}

export const benchmarks: readonly Benchmark[] = [
  {
    id: "P1",
    title: "start of a Sovereign until the console answers, and its memory",
    peerName: "etcd, kube-apiserver, controller-manager, scheduler and two Flux controllers",
    metrics: {
      [firstStart]: { unit: "ms", better: "less" },
      [secondStart]: { unit: "ms", better: "less" },
      [memory]: { unit: "MiB", better: "less" },
      [processor]: { unit: "%", better: "less" },
    },
    ours: async () => ({
      round: () => {
        // the second start is at the ports of the first, as a person's is: at others all addresses would change
        let ports: SovereignPorts | undefined;
        return startTwice(async (folder) => {
          const sovereign = await startSovereign({ data: join(folder, "data"), ...(ports && { ports }) });
          ports = sovereign.ports;
          await untilConsole(sovereign.url);
          return { pids: [sovereign.pid], stop: sovereign.stop };
        });
      },
    }),
    peer: async () => ({
      round: () =>
        startTwice(async (folder) => {
          const lab = await startLab([...fluxComponents], { folder });
          return { pids: [...lab.running.values()].map(({ pid }) => pid), stop: lab.stop };
        }),
    }),
  },
];
