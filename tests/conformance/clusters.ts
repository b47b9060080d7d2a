import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ServerControllerName } from "@catalyst/embedded-kubernetes";
import { imageArchive } from "../lab/build.ts";
import { endToEndImages } from "../lab/components/images.ts";
import { startLab } from "../lab/lab.ts";
import { answers, freePort, startServer } from "../lab/process.ts";

/** What has to be built before anything here runs. */
export const programs: readonly string[] = ["kubernetes-e2e", "ginkgo", "kubectl"];

/** What has to be built besides where Pods really run. */
export const podmanPrograms: readonly string[] = [
  ...programs,
  "podman",
  "podman-helpers",
  endToEndImages.name,
];

/** The real cluster that the embedded one is compared with; kwok plays its node. */
export const peerPrograms = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"] as const;

export interface TestedCluster {
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

export interface SubjectOptions {
  /** Controllers of the server that something beside it stands in for. */
  readonly without?: readonly ServerControllerName[];
}

/** Starts an embedded cluster with a simulated node in a process of its own; its data and log are in `folder`. */
export function openSubject(folder: string, { without = [] }: SubjectOptions = {}): Promise<TestedCluster> {
  return openEmbedded(folder, without);
}

/** Starts an embedded cluster whose Pods run on podman, with the images of the tests. Else as `openSubject`. */
export function openPodmanSubject(folder: string): Promise<TestedCluster> {
  return openEmbedded(folder, ["--images", imageArchive(endToEndImages)], podmanStopLimit);
}

/**
 * How long a cluster on podman may take to end, in milliseconds, as `catalyst down` waits: the last tests' Pods are
 * given their grace, 30 s. Killed before, it leaves containers and their mounts behind.
 */
const podmanStopLimit = 60_000;

async function openEmbedded(
  folder: string,
  words: readonly string[],
  stopLimit?: number,
): Promise<TestedCluster> {
  const own = join(folder, "embedded");
  mkdirSync(own);
  const port = await freePort();
  const kubeconfig = join(own, "kubeconfig");
  const context = { folder: own, signal: new AbortController().signal, ...noFacts };
  const running = await startServer(context, {
    program: process.execPath,
    words: [join(import.meta.dirname, "embedded-cluster.ts"), own, randomUUID(), String(port), ...words],
    ready: async () => existsSync(kubeconfig) && (await answers(`https://127.0.0.1:${port}/readyz`)),
    ...(stopLimit === undefined ? {} : { stopLimit }),
  });
  return { kubeconfig, stop: running.stop };
}

/** It needs nothing of other components. */
const noFacts = { words: [], program: absent, data: absent, fact: absent };

function absent(name: string): never {
  throw new Error(`the embedded cluster asks for ${name}`);
}

/** Starts a real API server with controllers, scheduler and kwok, building what is missing. */
export async function openPeer(folder: string): Promise<TestedCluster> {
  const lab = await startLab(peerPrograms, { folder: join(folder, "real") });
  return { kubeconfig: lab.fact("kube-apiserver", "kubeconfig"), stop: () => lab.stop() };
}
