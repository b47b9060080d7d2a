import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { openTestCluster, type TestCluster } from "@catalyst/embedded-workloads/testing";
import { type Container, events, type Pod, type PodLogOptions, pods } from "@catalyst/ports/kubernetes";
import { expect } from "vitest";
import type { MachineAccess } from "../pod/machine-access.ts";
import { openPodmanHost } from "../podman/host.ts";
import { runFolder } from "../podman/run-folder.ts";
import { image, importBusybox } from "./busybox.ts";

export const namespace = "default";
/** Starting a Pod takes podman seconds on a busy machine (milliseconds). */
export const patience = 90_000;

/** A cluster whose Pods run on podman, with what tests do with Pods. */
export interface PodmanCluster {
  readonly cluster: TestCluster;
  /** The machine's folder that Pods may show when the cluster was opened so. */
  readonly shared: string;
  /** Creates a Pod; its containers run the test image unless they name another. */
  create(name: string, spec: PodSpec, metadata?: Partial<Pod["metadata"]>): Promise<Pod>;
  /** Waits until a Pod meets a test; gives it. */
  until(name: string, test: (pod: Pod) => boolean): Promise<Pod>;
  /** Creates a Pod that runs a script once; gives what it printed when it has ended. */
  printed(name: string, script: string, spec?: Partial<PodSpec>): Promise<string>;
  /** Runs a command in a Pod's container `main`; gives its exit code and what it printed. */
  run(
    name: string,
    command: readonly string[],
  ): Promise<{ readonly exitCode: number; readonly output: string }>;
  log(name: string, options?: PodLogOptions): Promise<string>;
  /** What happened to a Pod: `reason: message`. */
  told(name: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

type PodSpec = Partial<Pod["spec"]>;

export async function openPodmanCluster(access: Partial<MachineAccess> = {}): Promise<PodmanCluster> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "catalyst-podman-")));
  const shared = realpathSync(mkdtempSync(join(tmpdir(), "catalyst-shared-")));
  const host = await openPodmanHost({ folder, clock: systemClock });
  importBusybox(folder);
  const { runtime, controllers } = host;
  const machineAccess = { paths: [shared], ...access };
  const cluster = await openTestCluster({ runtime, controllers, machineAccess });
  const { client } = cluster;
  const get = (name: string) => client.get(pods, { namespace, name });

  async function log(name: string, options: PodLogOptions = {}): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of client.podLog({ namespace, name }, options)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  const own: PodmanCluster = {
    cluster,
    shared,
    create: (name, spec, metadata) =>
      client.create(pods, {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace, ...metadata },
        spec: { containers: [], terminationGracePeriodSeconds: 1, ...spec },
      }),
    until: async (name, test) => {
      await expect.poll(async () => test(await get(name)), { timeout: patience }).toBe(true);
      return get(name);
    },
    printed: async (name, script, spec = {}) => {
      const [given] = spec.containers ?? [];
      const container = { ...shell("main", script), ...given };
      await own.create(name, { restartPolicy: "Never", ...spec, containers: [container] });
      await own.until(name, ({ status }) => ["Succeeded", "Failed"].includes(status?.phase ?? ""));
      return log(name);
    },
    run: async (name, command) => {
      const pod = (await runtime.list()).find(({ identity }) => identity.name === name);
      if (pod === undefined) throw new Error(`the Pod ${name} doesn't run`);
      return runtime.exec(pod.identity, "main", command, AbortSignal.timeout(patience));
    },
    log,
    told: async (name) => {
      const { items } = await client.list(events, { namespace });
      return items.flatMap(({ involvedObject, reason, message }) =>
        involvedObject.name === name ? `${reason}: ${message}` : [],
      );
    },
    close: async () => {
      await cluster.close();
      await host.stop();
      for (const each of [folder, shared, runFolder(join(folder, "podman"))])
        rmSync(each, { recursive: true, force: true });
    },
  };
  return own;
}

/** A container that runs a script. */
export function shell(name: string, script: string, more: Partial<Container> = {}): Container {
  return { name, image, command: ["sh", "-c", script], ...more };
}

/** A script that goes on until it is asked to end. */
export const stay = "trap 'exit 0' TERM; while true; do sleep 1 & wait $!; done";
