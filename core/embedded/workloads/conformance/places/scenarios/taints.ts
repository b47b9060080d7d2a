import type { Scenario, Step } from "../../scenario.ts";
import { node, pod } from "../objects.ts";
import { leaving, placed, refused } from "../steps.ts";

const nodes = "/v1/nodes";
const compared = ["v1/pods", nodes];

const tainted = (name: string, key: string, effect: string): Step => ({
  until: nodes,
  matching: { metadata: { name }, spec: { taints: [{ key, effect }] } },
});
const untainted = (name: string): Step => ({
  until: nodes,
  matching: { metadata: { name }, spec: { taints: undefined } },
});
const condition = (name: string, type: string, status: string): Step => ({
  patch: `${nodes}/${name}`,
  subresource: "status",
  with: {
    status: {
      conditions: [
        { type: "Ready", status: "True", reason: "KubeletReady", message: "ready" },
        { type, status, reason: "Test", message: "of the test" },
      ].filter((each, index) => index > 0 || each.type !== type),
    },
  },
});

const until = (key: string, seconds?: number) => ({
  tolerations: [
    {
      key,
      operator: "Exists",
      effect: "NoExecute",
      ...(seconds === undefined ? {} : { tolerationSeconds: seconds }),
    },
  ],
});
const notReady = "node.kubernetes.io/not-ready";
const unreachable = "node.kubernetes.io/unreachable";
const drain = (name: string): Step => ({
  patch: `${nodes}/${name}`,
  with: { spec: { taints: [{ key: "drain", value: "now", effect: "NoExecute" }] } },
});

export const taintScenarios: readonly Scenario[] = [
  {
    name: "a NoExecute taint sends Pods away that don't tolerate it, or no longer",
    outside: [node("node-1", 9)],
    compared,
    steps: [
      { create: pod("plain", { grace: 30 }) },
      { create: pod("faithful", { grace: 30, spec: until("drain") }) },
      { create: pod("patient", { grace: 30, spec: until("drain", 3600) }) },
      { create: pod("brief", { grace: 30, spec: until("drain", 1) }) },
      { create: pod("other", { grace: 30, spec: until("else") }) },
      placed(5),
      drain("node-1"),
      leaving("plain"),
      leaving("other"),
      leaving("brief"),
    ],
  },
  {
    name: "a taint that is taken away in time sends nobody away",
    outside: [node("node-1", 9)],
    compared,
    steps: [
      { create: pod("patient", { grace: 30, spec: until("drain", 3600) }) },
      { create: pod("plain", { grace: 30, on: "node-1" }) },
      placed(2),
      drain("node-1"),
      leaving("plain"),
      { patch: `${nodes}/node-1`, with: { spec: { taints: null } } },
      untainted("node-1"),
    ],
  },
  {
    name: "a Pod that comes to a tainted node goes as well",
    outside: [node("node-1", 9, {}, { taints: [{ key: "drain", value: "now", effect: "NoExecute" }] })],
    compared,
    steps: [{ create: pod("placed", { grace: 30, spec: { nodeName: "node-1" } }) }, leaving("placed")],
  },
  {
    name: "a node that says it isn't ready is tainted, and its Pods go when they want it",
    outside: [node("node-1", 9), node("node-2", 9)],
    compared,
    steps: [
      { create: pod("usual", { grace: 30, on: "node-1" }) },
      { create: pod("brief", { grace: 30, on: "node-1", spec: until(notReady, 1) }) },
      placed(2),
      condition("node-1", "Ready", "False"),
      tainted("node-1", notReady, "NoExecute"),
      leaving("brief"),
      { create: pod("late", { on: "node-1" }) },
      refused("late"),
    ],
  },
  {
    name: "a node of which nothing is known is tainted otherwise",
    outside: [node("node-1", 9), node("node-2", 9)],
    compared,
    steps: [
      { create: pod("usual", { grace: 30, on: "node-1" }) },
      { create: pod("brief", { grace: 30, on: "node-1", spec: until(unreachable, 1) }) },
      placed(2),
      condition("node-1", "Ready", "Unknown"),
      tainted("node-1", unreachable, "NoExecute"),
      leaving("brief"),
    ],
  },
  {
    name: "a node that is ready again loses its taints, and its Pods stay",
    outside: [node("node-1", 9), node("node-2", 9)],
    compared,
    steps: [
      { create: pod("usual", { grace: 30, on: "node-1" }) },
      placed(1),
      condition("node-1", "Ready", "False"),
      tainted("node-1", notReady, "NoExecute"),
      condition("node-1", "Ready", "True"),
      untainted("node-1"),
      { create: pod("late", { on: "node-1" }) },
      placed(2),
    ],
  },
  {
    name: "a node short of memory takes no more Pods",
    outside: [node("node-1", 9)],
    compared,
    steps: [
      condition("node-1", "MemoryPressure", "True"),
      tainted("node-1", "node.kubernetes.io/memory-pressure", "NoSchedule"),
      { create: pod("any") },
      refused("any"),
    ],
  },
  {
    name: "a node that is closed says so by a taint, until it is opened",
    outside: [node("node-1", 9), node("node-2", 9)],
    compared,
    steps: [
      { patch: `${nodes}/node-2`, with: { spec: { unschedulable: true } } },
      tainted("node-2", "node.kubernetes.io/unschedulable", "NoSchedule"),
      { patch: `${nodes}/node-2`, with: { spec: { unschedulable: null } } },
      untainted("node-2"),
      { patch: `${nodes}/node-1`, with: { spec: { unschedulable: true } } },
      tainted("node-1", "node.kubernetes.io/unschedulable", "NoSchedule"),
      { create: pod("late", { on: "node-1" }) },
      refused("late"),
    ],
  },
];
