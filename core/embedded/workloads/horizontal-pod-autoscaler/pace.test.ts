import type { HorizontalPodAutoscaler } from "@catalyst/ports/kubernetes";
import { describe, expect, it } from "vitest";
import { type History, pace } from "./pace.ts";

type Behavior = HorizontalPodAutoscaler["spec"]["behavior"];

const now = 1_000_000;
const quiet: History = { recommendations: [], ups: [], downs: [] };

function decide(current: number, proposed: number, behavior?: Behavior, history: Partial<History> = {}) {
  const autoscaler: HorizontalPodAutoscaler = {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "web" },
    spec: {
      scaleTargetRef: { kind: "Deployment", name: "web" },
      minReplicas: 2,
      maxReplicas: 20,
      ...(behavior === undefined ? {} : { behavior }),
    },
  };
  const { replicas, able, limited } = pace({
    autoscaler,
    history: { ...quiet, ...history },
    current,
    proposed,
    now,
  });
  return [replicas, able.reason, limited.reason];
}

const onePod = { policies: [{ type: "Pods", value: 1, periodSeconds: 60 }] } as const;
const tenth = { policies: [{ type: "Percent", value: 10, periodSeconds: 60 }] } as const;

describe("pace", () => {
  it.each<[string, Parameters<typeof decide>, readonly unknown[]]>([
    ["follows a proposal in range", [4, 6], [6, "ReadyForNewScale", "DesiredWithinRange"]],
    ["at most doubles", [5, 18], [10, "ReadyForNewScale", "ScaleUpLimit"]],
    ["goes from one to four", [1, 9], [4, "ReadyForNewScale", "ScaleUpLimit"]],
    ["keeps to the maximum", [15, 30], [20, "ReadyForNewScale", "TooManyReplicas"]],
    ["keeps to the minimum", [3, 1], [2, "ReadyForNewScale", "TooFewReplicas"]],
    [
      "doesn't follow a smaller number that was larger shortly before",
      [8, 3, undefined, { recommendations: [{ value: 7, at: now - 60_000 }] }],
      [7, "ScaleDownStabilized", "DesiredWithinRange"],
    ],
    [
      "follows it once that is long ago",
      [8, 3, undefined, { recommendations: [{ value: 7, at: now - 400_000 }] }],
      [3, "ReadyForNewScale", "DesiredWithinRange"],
    ],
    [
      "adds as many as a policy allows",
      [5, 9, { scaleUp: onePod, scaleDown: {} }],
      [6, "ReadyForNewScale", "ScaleUpLimit"],
    ],
    [
      "counts what was added in the period",
      [6, 9, { scaleUp: onePod, scaleDown: {} }, { ups: [{ value: 1, at: now - 30_000 }] }],
      [6, "ReadyForNewScale", "ScaleUpLimit"],
    ],
    [
      "removes as many as a policy allows",
      [20, 5, { scaleUp: {}, scaleDown: { ...tenth, stabilizationWindowSeconds: 0 } }],
      [18, "ReadyForNewScale", "ScaleDownLimit"],
    ],
    [
      "removes none where that is disabled",
      [8, 5, { scaleUp: {}, scaleDown: { selectPolicy: "Disabled", stabilizationWindowSeconds: 0 } }],
      [8, "ReadyForNewScale", "ScaleDownLimit"],
    ],
    [
      "waits with more Pods as long as is said",
      [
        4,
        8,
        { scaleUp: { ...tenth, stabilizationWindowSeconds: 120 }, scaleDown: {} },
        { recommendations: [{ value: 4, at: now - 60_000 }] },
      ],
      [4, "ScaleUpStabilized", "DesiredWithinRange"],
    ],
  ])("%s", (_name, facts, expected) => {
    expect(decide(...facts)).toEqual(expected);
  });
});
