import type { DaemonSet, Node, Pod } from "@catalyst/ports/kubernetes";
import { describe, expect, it } from "vitest";
import { revisionLabel } from "../common/revision.ts";
import { FailureWaits } from "./backoff.ts";
import { planDaemons } from "./decide.ts";

const now = Date.parse("2026-03-10T10:00:00Z");

function set(
  rollingUpdate: Readonly<Record<string, number | string>> = {},
  type = "RollingUpdate",
): DaemonSet {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "agent", namespace: "site", uid: "agent" },
    spec: {
      selector: {},
      template: { spec: { containers: [{ name: "main" }], nodeSelector: { os: "linux" } } },
      updateStrategy: { type, rollingUpdate },
    },
  } as unknown as DaemonSet;
}

/** `a`, `a windows`, `a tainted`: one whose taint keeps new Pods away; `a drained`: one whose taint sends them away. */
function nodeOf(text: string): Node {
  const [name = "", state] = text.split(" ");
  const effect = state === "tainted" ? "NoSchedule" : state === "drained" ? "NoExecute" : undefined;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { os: state === "windows" ? "windows" : "linux" } },
    spec: { taints: effect === undefined ? [] : [{ key: "own", effect }] },
  } as unknown as Node;
}

/** `a ready`, `a starting`, `a failed`, `a succeeded`, `a leaving`; `old` follows where the template was another. */
function podOf(text: string, index: number): Pod {
  const [node, state = "", revision = "new"] = text.split(" ");
  const phase = ({ failed: "Failed", succeeded: "Succeeded" } as Record<string, string>)[state] ?? "Running";
  const isReady = state === "ready" || state === "leaving";
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `agent-${index}`,
      labels: { [revisionLabel]: revision },
      creationTimestamp: `2026-03-10T09:00:0${index}Z`,
      ...(state === "leaving" ? { deletionTimestamp: "2026-03-10T10:00:00Z" } : {}),
    },
    spec: { nodeName: node, containers: [{ name: "main" }] },
    status: { phase, conditions: [{ type: "Ready", status: isReady ? "True" : "False" }] },
  } as unknown as Pod;
}

interface Facts {
  readonly set?: DaemonSet;
  readonly nodes?: readonly string[];
  readonly pods?: readonly string[];
  readonly failedUntil?: number;
}

/** Nodes that get a Pod after `+`, Pods that go after `-`. */
function plan({ set: object = set(), nodes = ["a"], pods = [], failedUntil = 0 }: Facts): string {
  const made = pods.map(podOf);
  const { missing, surplus, lookAgainAt } = planDaemons({
    set: object,
    pods: made,
    nodes: nodes.map(nodeOf),
    hash: "new",
    failedUntil: () => failedUntil,
    now,
  });
  const gone = surplus.map((pod) => pods[made.indexOf(pod)]);
  const wait = lookAgainAt === undefined ? [] : [`in ${lookAgainAt - now}`];
  return [...missing.map((name) => `+${name}`), ...gone.map((pod) => `-${pod}`), ...wait].join(", ");
}

describe("planDaemons", () => {
  it.each<[string, Facts, string]>([
    ["every node gets a Pod", { nodes: ["a", "b"] }, "+a, +b"],
    ["but not one it doesn't select", { nodes: ["a windows", "b"] }, "+b"],
    ["nor one whose taint isn't tolerated", { nodes: ["a tainted"] }, ""],
    ["where a Pod stays that is there", { nodes: ["a tainted"], pods: ["a ready"] }, ""],
    ["unless the taint sends it away", { nodes: ["a drained"], pods: ["a ready"] }, "-a ready"],
    ["or the node isn't selected any more", { nodes: ["a windows"], pods: ["a ready"] }, "-a ready"],
    ["one is enough: the older stays", { pods: ["a ready", "a starting"] }, "-a starting"],
    ["one on its way out is waited for", { pods: ["a leaving"] }, ""],
    ["one that succeeded makes way at once", { pods: ["a succeeded"] }, "-a succeeded"],
    ["one that failed, too", { pods: ["a failed"] }, "-a failed"],
    ["unless its node's Pods fail over and over", { pods: ["a failed"], failedUntil: now + 500 }, "in 500"],
  ])("%s", (_what, facts, expected) => {
    expect(plan(facts)).toBe(expected);
  });

  const three = ["a", "b", "c"];
  it.each<[string, Facts, string]>([
    [
      "one after the other",
      { nodes: three, pods: ["a ready old", "b ready old", "c ready"] },
      "-a ready old",
    ],
    ["none while one is missing", { nodes: three, pods: ["a ready old", "b starting", "c ready"] }, ""],
    [
      "those that don't work any more go at once",
      { nodes: three, pods: ["a starting old", "b starting old", "c ready"] },
      "-a starting old, -b starting old",
    ],
    [
      "as many as may be missing, rounded up",
      {
        set: set({ maxUnavailable: "50%" }),
        nodes: three,
        pods: ["a ready old", "b ready old", "c ready old"],
      },
      "-a ready old, -b ready old",
    ],
    ["none by itself on deletion", { set: set({}, "OnDelete"), pods: ["a ready old"] }, ""],
  ])("a new template: %s", (_what, facts, expected) => {
    expect(plan(facts)).toBe(expected);
  });

  const surging = set({ maxSurge: 1, maxUnavailable: 0 });
  it.each<[string, Facts, string]>([
    ["a new Pod beside the old one", { nodes: three, pods: ["a ready old", "b ready old", "c ready"] }, "+a"],
    ["which goes when the new one is there", { pods: ["a ready old", "a ready"] }, "-a ready old"],
    ["and stays until then", { pods: ["a ready old", "a starting"] }, ""],
    ["or goes when it doesn't work itself", { pods: ["a starting old", "a starting"] }, "-a starting old"],
    [
      "one more at a time",
      { nodes: three, pods: ["a ready old", "a starting", "b ready old", "c ready"] },
      "",
    ],
  ])("a new template with surge: %s", (_what, facts, expected) => {
    expect(plan({ set: surging, ...facts })).toBe(expected);
  });
});

it("a node's failed Pods are left twice as long each time, and from the start for a new template", () => {
  const waits = new FailureWaits();
  const lengths = Array.from({ length: 12 }, () => {
    waits.failed(set(), "a", now);
    return (waits.until(set(), "a") - now) / 1000;
  });
  expect(lengths).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  expect(waits.until(set(), "b")).toBe(0);
  expect(waits.until({ ...set(), status: { observedGeneration: 2 } } as unknown as DaemonSet, "a")).toBe(0);
});
