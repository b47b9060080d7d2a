import type { Lease, Node } from "@catalyst/ports/kubernetes";
import { describe, expect, it } from "vitest";
import { silentConditions, taintsOf } from "./decide.ts";
import { feel, type Heartbeat } from "./heartbeat.ts";

const start = Date.parse("2026-01-01T00:00:00Z");
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();

function node(heartbeat?: string, more: Partial<Node> = {}): Node {
  const ready = { type: "Ready", status: "True", lastHeartbeatTime: heartbeat ?? null };
  const conditions = heartbeat === undefined ? [] : [ready];
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "a", creationTimestamp: at(0) },
    status: { conditions },
    ...more,
  };
}

function lease(renewTime: string, leaseDurationSeconds = 40): Lease {
  const metadata = { name: "a", namespace: "kube-node-lease" };
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata,
    spec: { renewTime, leaseDurationSeconds },
  };
}

type Look = readonly [seconds: number, node: Node, lease?: Lease];

/** Looks so many seconds after the start, each time at what the node said by then; tells whether the last found silence. */
function look(looks: readonly Look[]): boolean {
  let before: Heartbeat | undefined;
  let isSilent = false;
  for (const [seconds, each, its] of looks) {
    const pulse = feel(each, its, before, start + seconds * 1000);
    before = pulse;
    isSilent = pulse.isSilent;
  }
  return isSilent;
}

describe("a node's signs of life", () => {
  it.each<[string, readonly Look[], boolean]>([
    ["is alive when it is seen first, however old its word", [[9000, node(at(0))]], false],
    [
      "is silent after 50 seconds",
      [
        [0, node(at(0))],
        [50, node(at(0))],
      ],
      true,
    ],
    [
      "isn't before",
      [
        [0, node(at(0))],
        [49, node(at(0))],
      ],
      false,
    ],
    [
      "lives by its status",
      [
        [0, node(at(0))],
        [40, node(at(40))],
        [60, node(at(40))],
      ],
      false,
    ],
    [
      "lives by its Lease",
      [
        [0, node(at(0)), lease(at(0))],
        [40, node(at(0)), lease(at(40))],
        [60, node(at(0)), lease(at(40))],
      ],
      false,
    ],
    [
      "has as long as its Lease stands",
      [
        [0, node(at(0)), lease(at(0), 200)],
        [199, node(at(0)), lease(at(0), 200)],
      ],
      false,
    ],
    [
      "and no longer",
      [
        [0, node(at(0)), lease(at(0), 200)],
        [200, node(at(0)), lease(at(0), 200)],
      ],
      true,
    ],
    [
      "that never said anything has 60 seconds from when it was made",
      [
        [30, node()],
        [59, node()],
      ],
      false,
    ],
    [
      "is silent then",
      [
        [30, node()],
        [60, node()],
      ],
      true,
    ],
    [
      "isn't silent because nobody listened",
      [
        [0, node(at(0))],
        [3600, node(at(0))],
      ],
      false,
    ],
    [
      "is silent when it says nothing after that either",
      [
        [0, node(at(0))],
        [3600, node(at(0))],
        [3650, node(at(0))],
      ],
      true,
    ],
  ])("%s", (_name, looks, expected) => {
    expect(look(looks)).toBe(expected);
  });
});

describe("what is said of a silent node", () => {
  it("says of what it told that nothing is known, and of the rest that it never told, once", () => {
    const told = silentConditions(node(at(0)), at(60)) ?? [];
    expect(told.map(({ type, status, reason }) => `${type} ${status} ${reason}`)).toEqual([
      "Ready Unknown NodeStatusUnknown",
      "MemoryPressure Unknown NodeStatusNeverUpdated",
      "DiskPressure Unknown NodeStatusNeverUpdated",
      "PIDPressure Unknown NodeStatusNeverUpdated",
    ]);
    expect(silentConditions(node(at(0), { status: { conditions: told } }), at(120))).toBeUndefined();
  });

  it("evicts nobody where no node is ready, and keeps others' taints", () => {
    const conditions = [{ type: "Ready", status: "Unknown" }];
    const spec = { taints: [{ key: "gpu", effect: "NoExecute" }] };
    const silent = node(undefined, { status: { conditions }, spec });
    const keys = (mayEvict: boolean) =>
      taintsOf(silent, mayEvict, at(0))?.map(({ key, effect }) => `${key}:${effect}`);
    const unreachable = "node.kubernetes.io/unreachable";
    expect(keys(false)).toEqual(["gpu:NoExecute", `${unreachable}:NoSchedule`]);
    expect(keys(true)).toEqual(["gpu:NoExecute", `${unreachable}:NoSchedule`, `${unreachable}:NoExecute`]);
  });
});
