import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Sovereign, startSovereign } from "../tests/sovereign/sovereign.ts";
import type { Benchmark, Side } from "./benchmark.ts";
import { eventLoopProbe } from "./event-loop.ts";
import { startFluxPeer } from "./flux-peer.ts";
import { memoryOf } from "./processes.ts";

const environment = "demo-dev";
const toReady = "commit to Ready";
const block = "longest event-loop block";
const memory = "memory afterwards";

/** Asks the API as a person's program would. */
async function ask<T>(sovereign: Sovereign, path: string, body?: object): Promise<T> {
  const response = await fetch(sovereign.url + path, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${sovereign.token()}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path} answers ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

interface Environment {
  readonly ready: boolean;
  readonly repositoryUrl: string;
  readonly applications: { readonly running: number };
}

interface Blueprint {
  readonly name: string;
  readonly installable: boolean;
  readonly releases: readonly { readonly version: string; readonly digest: string }[];
}

/** Waits until `isSo` holds, asking again after `pause` milliseconds. */
async function until(isSo: () => Promise<boolean>, pause: number): Promise<void> {
  for (const limit = performance.now() + 300_000; performance.now() < limit; await sleep(pause)) {
    if (await isSo()) return;
  }
  throw new Error("it doesn't come true within five minutes");
}

function environmentOf(sovereign: Sovereign): Promise<Environment> {
  return ask<Environment>(sovereign, `/v1/environments/${environment}`);
}

/** Waits for the first Environment, which a new Sovereign makes by a commit after it answers. */
async function untilEnvironment(sovereign: Sovereign): Promise<void> {
  await until(async () => {
    const found = await ask<{ items: { environments: string[] }[] }>(sovereign, "/v1/organizations");
    if (!found.items.some(({ environments }) => environments.includes(environment))) return false;
    return (await environmentOf(sovereign)).ready;
  }, 50);
}

/** Installs Applications one after another through the API, which commits, and waits for each. */
async function oneByOne(blueprint: string): Promise<Side> {
  const probe = eventLoopProbe();
  const sovereign = await startSovereign({ environment: probe.environment });
  await untilEnvironment(sovereign);
  let count = 0;
  return {
    round: async () => {
      const name = `app-${count++}`;
      const path = `/v1/environments/${environment}/applications`;
      await probe.read(sovereign.pid);
      const started = performance.now();
      await ask(sovereign, path, { name, blueprint: { name: blueprint }, config: {} });
      await until(async () => {
        const { items } = await ask<{ items: { name: string; phase: string }[] }>(sovereign, path);
        return items.some((item) => item.name === name && item.phase === "Running");
      }, 10);
      const taken = performance.now() - started;
      const { longest } = await probe.read(sovereign.pid);
      return { [toReady]: taken, [block]: longest, [memory]: memoryOf([sovereign.pid]) };
    },
    close: async () => {
      await sovereign.stop();
      probe.close();
    },
  };
}

/** Pushes one commit that adds `count` Applications and waits until all are Running. */
async function atOnce(blueprint: string, count: number): Promise<Side> {
  return {
    round: async () => {
      const probe = eventLoopProbe();
      const sovereign = await startSovereign({ environment: probe.environment });
      const folder = mkdtempSync(join(tmpdir(), "bench-push-"));
      try {
        await untilEnvironment(sovereign);
        await writeApplications(sovereign, folder, blueprint, count);
        await probe.read(sovereign.pid);
        const started = performance.now();
        git(folder, "push", "--quiet");
        await until(async () => (await environmentOf(sovereign)).applications.running >= count, 50);
        const taken = performance.now() - started;
        const { longest } = await probe.read(sovereign.pid);
        return { [toReady]: taken, [block]: longest, [memory]: memoryOf([sovereign.pid]) };
      } finally {
        await sovereign.stop();
        probe.close();
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

async function writeApplications(
  sovereign: Sovereign,
  folder: string,
  name: string,
  count: number,
): Promise<void> {
  const { items } = await ask<{ items: Blueprint[] }>(sovereign, "/v1/blueprints");
  const release = items.find((blueprint) => blueprint.name === name)?.releases[0];
  if (release === undefined) throw new Error(`there is no ${name}`);
  const url = new URL((await environmentOf(sovereign)).repositoryUrl);
  url.username = "admin";
  url.password = sovereign.token();
  git(folder, "clone", "--quiet", url.href, ".");
  for (let index = 0; index < count; index++) {
    const application = `app-${index}`;
    mkdirSync(join(folder, "applications", application), { recursive: true });
    const object = {
      apiVersion: "catalyst.openova.io/v1alpha1",
      kind: "Application",
      metadata: { name: application },
      spec: { blueprint: { name, version: release.version, digest: release.digest }, config: {} },
    };
    writeFileSync(join(folder, "applications", application, "application.yaml"), JSON.stringify(object));
  }
  git(folder, "add", ".");
  git(folder, "-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "--quiet", "-m", "Add");
}

function git(folder: string, ...words: string[]): void {
  execFileSync("git", words, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
}

const metrics = {
  [toReady]: { unit: "ms", better: "less" },
  [block]: { unit: "ms", better: "less" },
  [memory]: { unit: "MiB", better: "less" },
} as const;
const peerName = "Flux with kwok";

export const benchmarks: readonly Benchmark[] = [
  {
    id: "P2",
    title: "an Application from commit to Ready, simulated node",
    peerName,
    metrics,
    ours: () => oneByOne("bp-gitea"),
    peer: async () => {
      const peer = await startFluxPeer();
      let count = 0;
      return {
        round: async () => {
          const started = performance.now();
          await peer.install([`app-${count++}`]);
          const taken = performance.now() - started;
          return {
            [toReady]: taken,
            [memory]: memoryOf([...peer.lab.running.values()].map(({ pid }) => pid)),
          };
        },
        close: peer.close,
      };
    },
  },
  {
    id: "P2",
    title: "100 Applications from one commit to all Ready, simulated node",
    peerName,
    metrics,
    rounds: 1,
    ours: () => atOnce("bp-gitea", 100),
    peer: async () => {
      const peer = await startFluxPeer();
      return {
        round: async () => {
          const names = Array.from({ length: 100 }, (_, index) => `app-${index}`);
          const started = performance.now();
          await peer.install(names);
          const taken = performance.now() - started;
          return {
            [toReady]: taken,
            [memory]: memoryOf([...peer.lab.running.values()].map(({ pid }) => pid)),
          };
        },
        close: peer.close,
      };
    },
  },
];
