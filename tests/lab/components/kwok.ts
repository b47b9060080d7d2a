import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Component } from "../component.ts";
import { answers, freePort, type StartContext, startServer } from "../process.ts";

const kwokModule = { module: "sigs.k8s.io/kwok", moduleVersion: "v0.8.0" };

/** kwok plays a node for the real API server: Pods become Running without containers. */
export const kwok: Component = {
  name: "kwok",
  version: "0.8.0",
  source: {
    kind: "go",
    ...kwokModule,
    programs: { kwok: "cmd/kwok" },
    data: { stage: { ...kwokModule, path: "kustomize/stage" } },
  },
  after: ["kube-apiserver"],
  uses: ["kubectl"],
  start: startKwok,
};

/** What nodes and Pods go through, from kwok's own definitions. */
const stages = [
  "node/fast/node-initialize.yaml",
  "node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
  "pod/fast/pod-ready.yaml",
  "pod/fast/pod-complete.yaml",
  "pod/fast/pod-delete.yaml",
];

async function startKwok(context: StartContext) {
  const port = await freePort();
  const kubeconfig = context.fact("kube-apiserver", "kubeconfig");
  const config = join(context.folder, "stages.yaml");
  const texts = stages.map((path) => readFileSync(join(context.data("kwok", "stage"), path), "utf8"));
  writeFileSync(config, texts.join("\n---\n"));
  const running = await startServer(context, {
    program: context.program("kwok"),
    words: [
      `--kubeconfig=${kubeconfig}`,
      `--config=${config}`,
      "--manage-all-nodes",
      "--node-lease-duration-seconds=40",
      `--server-address=127.0.0.1:${port}`,
    ],
    ready: () => answers(`http://127.0.0.1:${port}/healthz`),
  });
  execFileSync(context.program("kubectl"), ["--kubeconfig", kubeconfig, "apply", "-f", "-"], {
    input: JSON.stringify(node),
  });
  return running;
}

/** A node with room for every test. */
const node = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "lab", labels: { "kubernetes.io/hostname": "lab", "kubernetes.io/os": "linux" } },
  status: {
    allocatable: { cpu: "64", memory: "256Gi", pods: "2000" },
    capacity: { cpu: "64", memory: "256Gi", pods: "2000" },
    // kwok's own default is not a number's text and must stay so: a number is parsed as one on the way.
    nodeInfo: {
      kernelVersion: "kwok",
      kubeletVersion: "v1.36.3",
      operatingSystem: "linux",
      architecture: "amd64",
    },
  },
};
