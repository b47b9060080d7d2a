import type { Scenario, Step } from "../../scenario.ts";
import { node, pod, priority } from "../objects.ts";
import { placed } from "../steps.ts";

const compared = ["v1/pods"];
const labels = { app: "web" };
const zone = "topology.kubernetes.io/zone";

const inZone = (name: string) => ({ [zone]: name });

function spread(more: object = {}) {
  const labelSelector = { matchLabels: labels };
  return {
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: zone, whenUnsatisfiable: "DoNotSchedule", labelSelector, ...more },
    ],
  };
}

const decided = (name: string): Step => ({
  until: "v1/pods",
  matching: { metadata: { name }, status: { conditions: [{ type: "PodScheduled" }] } },
});

/** Two Pods in zone a, none in b, and the constraint under test. */
function third(name: string, more: object, nodes: Scenario["outside"], spec: object = {}): Scenario {
  return {
    name,
    outside: nodes ?? [],
    compared,
    steps: [
      { create: pod("one", { labels, on: "a1" }) },
      { create: pod("two", { labels, on: "a1" }) },
      placed(2),
      { create: pod("third", { labels, slots: 1, spec: { ...spread(more), ...spec } }) },
      decided("third"),
    ],
  };
}

const a1 = node("a1", 9, inZone("a"));
const b1 = node("b1", 9, inZone("b"));
const fullB1 = node("b1", 0, inZone("b"));
const nowhere = node("c1", 9);
const closed = { key: "closed", effect: "NoSchedule" };
const taintedB1 = node("b1", 9, inZone("b"), { taints: [closed] });

export const spreadScenarios: readonly Scenario[] = [
  third("Pods are spread over zones", {}, [a1, b1]),
  third("no Pod where a zone would have too many", {}, [a1, fullB1]),
  third("a larger skew is allowed", { maxSkew: 3 }, [a1, fullB1]),
  third("a node without the label takes none", {}, [a1, fullB1, nowhere]),
  third("fewer zones than asked for count as one more that is empty", { minDomains: 3, maxSkew: 2 }, [
    a1,
    fullB1,
  ]),
  third("a zone of nodes that aren't tolerated counts", {}, [a1, taintedB1]),
  third(
    "a zone of nodes that aren't tolerated doesn't count when that is said",
    { nodeTaintsPolicy: "Honor" },
    [a1, taintedB1],
  ),
  third("a zone that isn't selected doesn't count", {}, [a1, b1], { nodeSelector: inZone("a") }),
  third("a zone that isn't selected counts when that is said", { nodeAffinityPolicy: "Ignore" }, [a1, b1], {
    nodeSelector: inZone("a"),
  }),
  third("a wish for spreading is followed", { whenUnsatisfiable: "ScheduleAnyway" }, [a1, b1]),
  third("a wish for spreading is only a wish", { whenUnsatisfiable: "ScheduleAnyway" }, [a1, fullB1]),
  third("spreading over nodes", { topologyKey: "kubernetes.io/hostname" }, [a1, node("a2", 9, inZone("a"))]),
  third("other Pods don't count", { labelSelector: { matchLabels: { app: "api" } } }, [a1, fullB1]),
  {
    name: "labels named by their keys tell Pods of one revision",
    outside: [a1, fullB1],
    compared,
    steps: [
      { create: pod("old", { labels: { ...labels, revision: "1" }, on: "a1" }) },
      placed(1),
      {
        create: pod("new", {
          labels: { ...labels, revision: "2" },
          slots: 1,
          spec: spread({ matchLabelKeys: ["revision"] }),
        }),
      },
      placed(2),
      {
        create: pod("newer", {
          labels: { ...labels, revision: "2" },
          slots: 1,
          spec: spread({ matchLabelKeys: ["revision"] }),
        }),
      },
      decided("newer"),
    ],
  },
  {
    name: "two constraints hold together",
    outside: [a1, node("a2", 0, inZone("a")), fullB1],
    compared,
    steps: [
      { create: pod("one", { labels, on: "a1" }) },
      placed(1),
      {
        create: pod("third", {
          labels,
          slots: 1,
          spec: {
            topologySpreadConstraints: [
              ...spread({ maxSkew: 3 }).topologySpreadConstraints,
              ...spread({ topologyKey: "kubernetes.io/hostname" }).topologySpreadConstraints,
            ],
          },
        }),
      },
      decided("third"),
    ],
  },
  {
    name: "a Pod goes that makes a zone too full",
    outside: [priority("low", 100), priority("high", 1000), a1, fullB1],
    compared,
    steps: [
      { create: pod("one", { labels, on: "a1", priority: "low", grace: 30 }) },
      placed(1),
      { create: pod("third", { labels, slots: 1, priority: "high", spec: spread() }) },
      { until: "v1/pods", matching: { metadata: { name: "third" }, status: { nominatedNodeName: "a1" } } },
    ],
  },
];
