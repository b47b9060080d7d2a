import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { openKubernetes } from "@catalyst/embedded-kubernetes";
import { openStore } from "@catalyst/embedded-store";
import type { Benchmark, Sample, Side } from "./benchmark.ts";
import type { Caller } from "./kubernetes/caller.ts";
import { type Contestant, openOurs, openPeer, peerName } from "./kubernetes/sides.ts";

const listed = 10_000;
const watchers = 1000;
const events = 20;

/** One round: durable creates, a list of 10,000, and what 1,000 watchers get to see per second. */
async function sideOf(opened: Promise<Contestant>): Promise<Side> {
  const { caller, close } = await opened;
  let round = 0;
  return {
    round: async (): Promise<Sample> => {
      const namespace = `bench-${round++}`;
      await caller.makeNamespace(namespace);
      const creates = {
        "creates, 1 caller": await caller.create(namespace, 300, 1),
        "creates, 16 callers": await caller.create(namespace, 1500, 16),
        "creates, 64 callers": await caller.create(namespace, listed - 1800, 64),
      };
      const began = performance.now();
      await caller.send("GET", `/api/v1/namespaces/${namespace}/configmaps`);
      const list = performance.now() - began;
      const sample = { ...creates, "list of 10,000": list, ...(await fanOut(caller, namespace)) };
      await caller.send("DELETE", `/api/v1/namespaces/${namespace}/configmaps`);
      return sample;
    },
    close,
  };
}

async function fanOut(caller: Caller, namespace: string): Promise<Sample> {
  const abort = new AbortController();
  const delays: number[] = [];
  let began = 0;
  let finished: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    finished = resolve;
  });
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  const from = await caller.version(path);
  const line = () => {
    delays.push(performance.now() - began);
    if (delays.length === watchers * events) finished();
  };
  const opening = performance.now();
  await Promise.all(
    Array.from({ length: watchers }, () =>
      caller.watch(`${path}?watch=1&resourceVersion=${from}`, abort.signal, line),
    ),
  );
  began = performance.now();
  await Promise.all(
    Array.from({ length: events }, (_, index) =>
      caller.send("POST", path, { apiVersion: "v1", kind: "Secret", metadata: { name: `s${index}` } }),
    ),
  );
  await all;
  const seconds = (performance.now() - began) / 1000;
  abort.abort();
  // The events come in the order of their versions, which says of each how long after the burst's begin it came.
  const p99 = delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.99)] ?? 0;
  return {
    "1,000 watches opened": began - opening,
    "watch events": (watchers * events) / seconds,
    "watch delay, p99 of a burst": p99,
  };
}

/** Makes logical clusters; there is no peer to be had on one machine. */
async function clusters(): Promise<Side> {
  const dir = mkdtempSync(join(tmpdir(), "bench-clusters-"));
  const store = await openStore({ dir });
  const options = { store, clock: systemClock, logger: silentLogger, tokens: [] };
  const server = await openKubernetes(options);
  let made = 0;
  return {
    round: async () => {
      const count = 500;
      const before = process.memoryUsage().rss;
      const began = performance.now();
      for (let index = 0; index < count; index++) await server.ensure(`cluster-${made++}`);
      const seconds = (performance.now() - began) / 1000;
      const memory = (process.memoryUsage().rss - before) / 1024 / 1024;
      return { created: count / seconds, "memory of 500": memory };
    },
    close: async () => {
      await server.close();
      await store.close();
      rmSync(dir, { recursive: true });
    },
  };
}

export const benchmarks: readonly Benchmark[] = [
  {
    id: "P7",
    title: "embedded API server over TLS: durable creates, list, watch fan-out",
    metrics: {
      "creates, 1 caller": { unit: "per s", better: "more" },
      "creates, 16 callers": { unit: "per s", better: "more" },
      "creates, 64 callers": { unit: "per s", better: "more" },
      "list of 10,000": { unit: "ms", better: "less" },
      "1,000 watches opened": { unit: "ms", better: "less" },
      "watch events": { unit: "per s", better: "more" },
      "watch delay, p99 of a burst": { unit: "ms", better: "less" },
    },
    peerName,
    rounds: 3,
    ours: () => sideOf(openOurs()),
    peer: () => sideOf(openPeer()),
  },
  {
    id: "P13",
    title: "logical clusters",
    metrics: {
      created: { unit: "per s", better: "more" },
      "memory of 500": { unit: "MiB", better: "less" },
    },
    ours: clusters,
  },
];
