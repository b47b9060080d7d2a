import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { httpTransport } from "@catalyst/adapter-http";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { openKubernetes } from "@catalyst/embedded-kubernetes";
import { openStore } from "@catalyst/embedded-store";
import { readBytes, type Transport } from "@catalyst/ports/transport";
import { startLab } from "../tests/lab/lab.ts";
import type { Benchmark, Sample, Side } from "./benchmark.ts";

const token = "bench-token";
const listed = 10_000;
const watchers = 1000;
const events = 20;

/** Calls of one API server over TLS, the same for both sides. */
class Caller {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async send(method: string, path: string, json?: unknown): Promise<Uint8Array> {
    const response = await this.#transport.request({
      method,
      path,
      headers: {},
      ...(json === undefined ? {} : { json }),
    });
    const bytes = await readBytes(response);
    if (response.status >= 300) throw new Error(`${method} ${path}: ${Buffer.from(bytes)}`);
    return bytes;
  }

  /** Creates ConfigMaps by so many callers at once; gives how many per second. */
  async create(namespace: string, count: number, callers: number): Promise<number> {
    let next = 0;
    const began = performance.now();
    await Promise.all(
      Array.from({ length: callers }, async () => {
        while (next < count) {
          const name = `c${callers}-${next++}`;
          await this.send("POST", `/api/v1/namespaces/${namespace}/configmaps`, configMap(name));
        }
      }),
    );
    return count / ((performance.now() - began) / 1000);
  }

  /** Opens a watch; `line` is called for each event. */
  async watch(path: string, signal: AbortSignal, line: () => void): Promise<void> {
    const response = await this.#transport.request({ method: "GET", path, headers: {}, signal });
    const read = async () => {
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        for (const byte of chunk) if (byte === 10) line();
      }
    };
    read().catch(() => undefined);
  }
}

function configMap(name: string) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { text: "x".repeat(300) } };
}

/** One round: durable creates, a list of 10,000, and what 1,000 watchers get to see per second. */
function sideOf(caller: Caller, close: () => Promise<void>): Side {
  let round = 0;
  return {
    round: async (): Promise<Sample> => {
      const namespace = `bench-${round++}`;
      await caller.send("POST", "/api/v1/namespaces", {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: namespace },
      });
      const creates = {
        "creates, 1 caller": await caller.create(namespace, 300, 1),
        "creates, 16 callers": await caller.create(namespace, 1500, 16),
        "creates, 64 callers": await caller.create(namespace, listed - 1800, 64),
      };
      const began = performance.now();
      await caller.send("GET", `/api/v1/namespaces/${namespace}/configmaps`);
      const list = performance.now() - began;
      const sample = { ...creates, "list of 10,000": list, "watch events": await fanOut(caller, namespace) };
      await caller.send("DELETE", `/api/v1/namespaces/${namespace}/configmaps`);
      return sample;
    },
    close,
  };
}

async function fanOut(caller: Caller, namespace: string): Promise<number> {
  const abort = new AbortController();
  let seen = 0;
  let finished: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    finished = resolve;
  });
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  const { metadata } = JSON.parse(Buffer.from(await caller.send("GET", path)).toString());
  const line = () => {
    if (++seen === watchers * events) finished();
  };
  await Promise.all(
    Array.from({ length: watchers }, () =>
      caller.watch(`${path}?watch=1&resourceVersion=${metadata.resourceVersion}`, abort.signal, line),
    ),
  );
  const began = performance.now();
  await Promise.all(
    Array.from({ length: events }, (_, index) =>
      caller.send("POST", path, { apiVersion: "v1", kind: "Secret", metadata: { name: `s${index}` } }),
    ),
  );
  await all;
  const seconds = (performance.now() - began) / 1000;
  abort.abort();
  return (watchers * events) / seconds;
}

/** In a process of its own, as the peer is. */
async function ours(): Promise<Side> {
  const dir = mkdtempSync(join(tmpdir(), "bench-kubernetes-"));
  const child = fork(join(import.meta.dirname, "kubernetes-server.ts"), [dir, token]);
  const [started] = (await once(child, "message")) as [{ readonly port: number; readonly ca: string }];
  const transport = httpTransport({
    baseUrl: `https://127.0.0.1:${started.port}`,
    headers: { authorization: `Bearer ${token}` },
    ca: started.ca,
  });
  return sideOf(new Caller(transport), async () => {
    child.kill();
    await once(child, "exit");
    rmSync(dir, { recursive: true });
  });
}

async function peer(): Promise<Side> {
  const lab = await startLab(["kube-apiserver"]);
  const transport = httpTransport({
    baseUrl: lab.fact("kube-apiserver", "url"),
    headers: { authorization: `Bearer ${lab.fact("kube-apiserver", "token")}` },
    ca: readFileSync(lab.fact("kube-apiserver", "certificate"), "utf8"),
  });
  return sideOf(new Caller(transport), () => lab.stop());
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
      "watch events": { unit: "per s", better: "more" },
    },
    peerName: "kube-apiserver 1.36 with etcd",
    rounds: 3,
    ours,
    peer,
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
