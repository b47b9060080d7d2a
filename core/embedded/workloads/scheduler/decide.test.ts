import type { Node, Pod } from "@catalyst/ports/kubernetes";
import { describe, expect, it } from "vitest";
import { decidePlace } from "./decide.ts";
import { Placements } from "./placements.ts";

function node(name: string, more: Partial<Node> = {}): Node {
  const allocatable = { cpu: "2", memory: "4Gi", pods: "3" };
  const labels = { "kubernetes.io/hostname": name };
  return { apiVersion: "v1", kind: "Node", metadata: { name, labels }, status: { allocatable }, ...more };
}

let count = 0;
function pod(spec: Partial<Pod["spec"]> = {}, labels: Readonly<Record<string, string>> = {}): Pod {
  const name = `pod-${count++}`;
  const metadata = { name, namespace: "site", uid: name, labels };
  return { apiVersion: "v1", kind: "Pod", metadata, spec: { containers: [{ name: "main" }], ...spec } };
}

const sized = (cpu: string) => ({ containers: [{ name: "main", resources: { requests: { cpu } } }] });
const onPort = { containers: [{ name: "main", ports: [{ containerPort: 80, hostPort: 80 }] }] };

interface Facts {
  readonly nodes?: readonly Node[];
  /** Pods that have a place, with it. */
  readonly placed?: readonly (readonly [Pod, string])[];
  readonly obstacle?: string;
}

function decide(asked: Pod, { nodes = [node("a")], placed = [], obstacle }: Facts = {}): string {
  const placements = new Placements();
  for (const [each, on] of placed) placements.assume(each, on);
  const decision = decidePlace({
    pod: asked,
    nodes,
    use: (name) => placements.on(name),
    around: {
      placed: () => placements.all(),
      exclusive: () => placements.exclusive(),
      node: (name) => nodes.find(({ metadata }) => metadata.name === name),
      namespace: () => undefined,
    },
    obstacle,
    promised: () => [],
    exclusiveClaims: new Set(),
    budgets: () => [],
  });
  return decision.type === "bind" ? `on ${decision.node}` : decision.message;
}

const none = (why: string, preemption: string) =>
  `0/1 nodes are available: ${why}. no new claims to deallocate, preemption: 0/1 nodes are available: ${preemption}.`;
const helpless = "1 Preemption is not helpful for scheduling";
const noVictims = "1 No preemption victims found for incoming pod";
const taint = { key: "gpu", effect: "NoSchedule" };
const apart = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "db" } } },
      ],
    },
  },
};

describe("decidePlace", () => {
  it.each<[string, Pod, Facts, string]>([
    ["gives a Pod the only node", pod(), {}, "on a"],
    ["takes the emptier node", pod(), { nodes: [node("a"), node("b")], placed: [[pod(), "a"]] }, "on b"],
    ["finds no node", pod(), { nodes: [] }, "no nodes available to schedule pods"],
    [
      "heeds the selector",
      pod({ nodeSelector: { disk: "ssd" } }),
      {},
      none("1 node(s) didn't match Pod's node affinity/selector", helpless),
    ],
    [
      "heeds taints",
      pod(),
      { nodes: [node("a", { spec: { taints: [taint] } })] },
      none("1 node(s) had untolerated taint(s)", helpless),
    ],
    [
      "knows what is tolerated",
      pod({ tolerations: [{ key: "gpu", operator: "Exists" }] }),
      { nodes: [node("a", { spec: { taints: [taint] } })] },
      "on a",
    ],
    [
      "leaves a closed node alone",
      pod(),
      { nodes: [node("a", { spec: { unschedulable: true } })] },
      none("1 node(s) were unschedulable", helpless),
    ],
    ["asks for more than there is anywhere", pod(sized("8")), {}, none("1 Insufficient cpu", helpless)],
    [
      "asks for more than is left",
      pod(sized("1500m")),
      { placed: [[pod(sized("1")), "a"]] },
      none("1 Insufficient cpu", noVictims),
    ],
    [
      "counts Pods",
      pod(),
      {
        placed: [
          [pod(), "a"],
          [pod(), "a"],
          [pod(), "a"],
        ],
      },
      none("1 Too many pods", noVictims),
    ],
    [
      "gives a port once",
      pod(onPort),
      { placed: [[pod(onPort), "a"]] },
      none("1 node(s) didn't have free ports for the requested pod ports", noVictims),
    ],
    [
      "keeps Pods apart that want it",
      pod(apart),
      { placed: [[pod({}, { app: "db" }), "a"]] },
      none("1 node(s) didn't match pod anti-affinity rules", noVictims),
    ],
    [
      "keeps Pods from one that wants it",
      pod({}, { app: "db" }),
      { placed: [[pod(apart), "a"]] },
      none("1 node(s) didn't satisfy existing pods anti-affinity rules", noVictims),
    ],
    [
      "waits for a claim",
      pod(),
      { obstacle: "pod has unbound immediate PersistentVolumeClaims" },
      "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found",
    ],
  ])("%s", (_name, asked, facts, expected) => {
    expect(decide(asked, facts)).toBe(expected);
  });
});
