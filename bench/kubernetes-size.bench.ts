import { setTimeout as sleep } from "node:timers/promises";
import type { Benchmark, Sample, Side } from "./benchmark.ts";
import type { Caller } from "./kubernetes/caller.ts";
import { type Contestant, openOurs, openPeer, peerName } from "./kubernetes/sides.ts";
import { memoryOf } from "./processes.ts";

const objects = 100_000;
const watchers = 1000;
const namespace = "bench-size";
const path = `/api/v1/namespaces/${namespace}/configmaps`;

/** One round, on a server of its own: 100,000 objects, read in pages, and 1,000 watches opened at once on them. */
async function sideOf(opened: Promise<Contestant>): Promise<Side> {
  const { caller, pids, close } = await opened;
  return {
    round: async (): Promise<Sample> => {
      await caller.makeNamespace(namespace);
      const before = memoryOf(pids);
      await caller.create(namespace, objects, 64);
      const stored = memoryOf(pids);
      const began = performance.now();
      await readPages(caller);
      const paged = performance.now() - began;
      const watches = await openWatches(caller, pids);
      return {
        "memory per 1,000 objects": ((stored - before) / objects) * 1000,
        "read in pages of 500": paged,
        ...watches,
      };
    },
    close,
  };
}

async function readPages(caller: Caller): Promise<void> {
  let token = "";
  let count = 0;
  do {
    const page = await caller.send("GET", `${path}?limit=500${token === "" ? "" : `&continue=${token}`}`);
    const { items, metadata } = JSON.parse(Buffer.from(page).toString()) as {
      items: readonly unknown[];
      metadata: { continue?: string };
    };
    count += items.length;
    token = encodeURIComponent(metadata.continue ?? "");
  } while (token !== "");
  if (count !== objects) throw new Error(`${count} objects were listed`);
}

/** The highest memory while 1,000 watches are opened and see one change each, and how many of them were dropped. */
async function openWatches(caller: Caller, pids: readonly number[]): Promise<Sample> {
  const abort = new AbortController();
  let seen = 0;
  let dropped = 0;
  let peak = 0;
  const from = await caller.version(path);
  const opening = Promise.all(
    Array.from({ length: watchers }, () =>
      caller.watch(
        `${path}?watch=1&resourceVersion=${from}`,
        abort.signal,
        () => seen++,
        () => dropped++,
      ),
    ),
  );
  await opening;
  await caller.send("DELETE", `${path}/c64-0`);
  for (const limit = performance.now() + 60_000; seen < watchers && performance.now() < limit; ) {
    peak = Math.max(peak, memoryOf(pids));
    await sleep(100);
  }
  peak = Math.max(peak, memoryOf(pids));
  abort.abort();
  return {
    "memory with 1,000 watches": peak,
    "watches dropped": dropped + (watchers - Math.min(seen, watchers)),
  };
}

export const benchmarks: readonly Benchmark[] = [
  {
    id: "P7",
    title: "embedded API server with 100,000 objects",
    metrics: {
      "memory per 1,000 objects": { unit: "MiB", better: "less" },
      "read in pages of 500": { unit: "ms", better: "less" },
      "memory with 1,000 watches": { unit: "MiB", better: "less" },
      "watches dropped": { unit: "count", better: "less" },
    },
    peerName,
    rounds: 1,
    ours: () => sideOf(openOurs()),
    peer: () => sideOf(openPeer()),
  },
];
