import type { Scenario, Step } from "../../scenario.ts";
import { node, pod, priority } from "../objects.ts";
import { leaving, placed, refused } from "../steps.ts";

const compared = ["v1/pods"];
const classes = [priority("low", 100), priority("middle", 500), priority("high", 1000)];

/** Waits until a Pod was promised a place, and its victims are on their way. */
const nominated = (name: string): Step => ({
  until: "v1/pods",
  matching: { metadata: { name }, status: { nominatedNodeName: "node-1" } },
});

const bound = (name: string, node: string): Step => ({
  until: "v1/pods",
  matching: { metadata: { name }, spec: { nodeName: node } },
});

/** Waits until the budget knows of its Pod. */
const counted: Step = {
  until: "policy/v1/poddisruptionbudgets",
  matching: { status: { observedGeneration: 1, expectedPods: 1 } },
};

function budget(app: string) {
  return {
    create: {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: app },
      spec: { minAvailable: 1, selector: { matchLabels: { app } } },
    },
  };
}

export const preemptionScenarios: readonly Scenario[] = [
  {
    name: "a Pod takes the place of one of lower priority",
    outside: [...classes, node("node-1", 1)],
    compared,
    steps: [
      { create: pod("least", { slots: 1, priority: "low" }) },
      placed(1),
      { create: pod("most", { slots: 1, priority: "high" }) },
      bound("most", "node-1"),
    ],
  },
  {
    name: "a Pod waits for its victim to end",
    outside: [...classes, node("node-1", 1)],
    compared,
    steps: [
      { create: pod("least", { slots: 1, priority: "low", grace: 30 }) },
      placed(1),
      { create: pod("most", { slots: 1, priority: "high" }) },
      nominated("most"),
    ],
  },
  {
    name: "equal priority takes nothing",
    outside: [...classes, node("node-1", 1)],
    compared,
    steps: [
      { create: pod("first", { slots: 1, priority: "low" }) },
      placed(1),
      { create: pod("second", { slots: 1, priority: "low" }) },
      refused("second"),
    ],
  },
  {
    name: "a Pod whose policy is Never takes nothing",
    outside: [...classes, priority("polite", 1000, { preemptionPolicy: "Never" }), node("node-1", 1)],
    compared,
    steps: [
      { create: pod("least", { slots: 1, priority: "low" }) },
      placed(1),
      { create: pod("most", { slots: 1, priority: "polite" }) },
      refused("most"),
    ],
  },
  {
    name: "a Pod that is larger than the node takes nothing",
    outside: [...classes, node("node-1", 1), node("node-2", 0)],
    compared,
    steps: [
      { create: pod("least", { slots: 1, priority: "low" }) },
      placed(1),
      { create: pod("most", { slots: 2, priority: "high" }) },
      refused("most"),
    ],
  },
  {
    name: "no more Pods go than have to, the least important first",
    outside: [...classes, node("node-1", 4)],
    compared,
    steps: [
      { create: pod("one", { slots: 1, priority: "low", grace: 30 }) },
      { create: pod("two", { slots: 2, priority: "low", grace: 30 }) },
      { create: pod("three", { slots: 1, priority: "middle", grace: 30 }) },
      placed(3),
      { create: pod("most", { slots: 3, priority: "high" }) },
      nominated("most"),
    ],
  },
  {
    name: "the most important of the lower Pods stays where it can",
    outside: [...classes, node("node-1", 4)],
    compared,
    steps: [
      { create: pod("small", { slots: 1, priority: "low", grace: 30 }) },
      { create: pod("large", { slots: 3, priority: "middle", grace: 30 }) },
      placed(2),
      { create: pod("most", { slots: 2, priority: "high" }) },
      nominated("most"),
    ],
  },
  {
    name: "the node whose victims matter least is taken",
    outside: [...classes, node("node-1", 1), node("node-2", 1)],
    compared,
    steps: [
      { create: pod("there", { slots: 1, priority: "middle", grace: 30, on: "node-2" }) },
      { create: pod("here", { slots: 1, priority: "low", grace: 30, on: "node-1" }) },
      placed(2),
      { create: pod("most", { slots: 1, priority: "high" }) },
      nominated("most"),
    ],
  },
  {
    name: "the node with fewer victims is taken",
    outside: [...classes, node("node-1", 2), node("node-2", 2)],
    compared,
    steps: [
      { create: pod("a", { slots: 1, priority: "low", grace: 30, on: "node-2" }) },
      { create: pod("b", { slots: 1, priority: "low", grace: 30, on: "node-2" }) },
      { create: pod("c", { slots: 2, priority: "low", grace: 30, on: "node-1" }) },
      placed(3),
      { create: pod("most", { slots: 2, priority: "high" }) },
      nominated("most"),
    ],
  },
  {
    name: "a node whose victims have no budget is taken before one of less important Pods",
    outside: [...classes, node("node-1", 1), node("node-2", 1)],
    compared,
    steps: [
      budget("kept"),
      {
        create: pod("kept", { slots: 1, priority: "low", grace: 30, on: "node-2", labels: { app: "kept" } }),
      },
      { create: pod("free", { slots: 1, priority: "middle", grace: 30, on: "node-1" }) },
      placed(2),
      counted,
      { create: pod("most", { slots: 1, priority: "high" }) },
      nominated("most"),
    ],
  },
  {
    name: "a budget is no reason not to where nothing else helps",
    outside: [...classes, node("node-1", 2)],
    compared,
    steps: [
      budget("kept"),
      { create: pod("kept", { slots: 1, priority: "low", grace: 30, labels: { app: "kept" } }) },
      { create: pod("free", { slots: 1, priority: "middle", grace: 30 }) },
      placed(2),
      counted,
      { create: pod("most", { slots: 2, priority: "high" }) },
      nominated("most"),
    ],
  },
  {
    name: "of two Pods the one without a budget goes, also where it matters more",
    outside: [...classes, node("node-1", 2)],
    compared,
    steps: [
      budget("kept"),
      { create: pod("kept", { slots: 1, priority: "low", grace: 30, labels: { app: "kept" } }) },
      { create: pod("free", { slots: 1, priority: "middle", grace: 30 }) },
      placed(2),
      counted,
      { create: pod("most", { slots: 1, priority: "high" }) },
      nominated("most"),
    ],
  },
  {
    name: "a port is taken over, and a node that won't do is left alone",
    outside: [...classes, node("node-1", 0), node("node-2", 0, {}, { unschedulable: true })],
    compared,
    steps: [
      {
        create: pod("least", {
          priority: "low",
          grace: 30,
          spec: { containers: [{ name: "main", image: "i", ports: [{ containerPort: 80, hostPort: 80 }] }] },
        }),
      },
      placed(1),
      {
        create: pod("most", {
          priority: "high",
          spec: { containers: [{ name: "main", image: "i", ports: [{ containerPort: 80, hostPort: 80 }] }] },
        }),
      },
      nominated("most"),
    ],
  },
  {
    name: "a Pod to keep away from goes",
    outside: [...classes, node("node-1", 0)],
    compared,
    steps: [
      { create: pod("least", { priority: "low", grace: 30, labels: { app: "noise" } }) },
      placed(1),
      {
        create: pod("most", {
          priority: "high",
          spec: {
            affinity: {
              podAntiAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                  {
                    topologyKey: "kubernetes.io/hostname",
                    labelSelector: { matchLabels: { app: "noise" } },
                  },
                ],
              },
            },
          },
        }),
      },
      nominated("most"),
    ],
  },
  {
    name: "what a Pod was promised isn't given to one of lower priority",
    outside: [...classes, node("node-1", 2)],
    compared,
    steps: [
      { create: pod("least", { slots: 1, priority: "low", grace: 30 }) },
      { create: pod("least-too", { slots: 1, priority: "low", grace: 30 }) },
      placed(2),
      { create: pod("most", { slots: 2, priority: "high" }) },
      nominated("most"),
      { create: pod("middle", { slots: 1, priority: "middle" }) },
      refused("middle"),
    ],
  },
  {
    name: "a Pod of still higher priority takes the promised place",
    outside: [...classes, priority("highest", 2000), node("node-1", 1)],
    compared,
    outdone: ["middle"],
    steps: [
      { create: pod("least", { slots: 1, priority: "low", grace: 30 }) },
      placed(1),
      { create: pod("middle", { slots: 1, priority: "middle" }) },
      nominated("middle"),
      { create: pod("most", { slots: 1, priority: "highest" }) },
      nominated("most"),
    ],
  },
  {
    name: "who was promised a place looks for another when more have to go",
    outside: [...classes, priority("highest", 2000), node("node-1", 2)],
    compared,
    steps: [
      { create: pod("least", { slots: 1, priority: "low", grace: 30 }) },
      { create: pod("middle", { slots: 1, priority: "middle", grace: 30 }) },
      placed(2),
      { create: pod("high", { slots: 1, priority: "high" }) },
      nominated("high"),
      { create: pod("most", { slots: 2, priority: "highest" }) },
      nominated("most"),
      leaving("middle"),
    ],
  },
  {
    name: "a Pod of negative priority gives way to one without",
    outside: [priority("idle", -10), node("node-1", 1)],
    compared,
    steps: [
      { create: pod("least", { slots: 1, priority: "idle", grace: 30 }) },
      placed(1),
      { create: pod("most", { slots: 1 }) },
      nominated("most"),
    ],
  },
  {
    name: "the promised place is taken when the victim has ended",
    outside: [...classes, node("node-1", 1), node("node-2", 0)],
    compared,
    steps: [
      { create: pod("least", { slots: 1, priority: "low", grace: 30 }) },
      placed(1),
      { create: pod("most", { slots: 1, priority: "high" }) },
      nominated("most"),
      { create: pod("also", { slots: 1, priority: "middle" }) },
      refused("also"),
      { delete: "v1/pods/least", gracePeriodSeconds: 0 },
      bound("most", "node-1"),
    ],
  },
];
