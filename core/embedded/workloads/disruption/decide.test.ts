import type { Pod, PodDisruptionBudget } from "@catalyst/ports/kubernetes";
import { describe, expect, it } from "vitest";
import { decideDisruption, goesByScale } from "./decide.ts";

const now = Date.parse("2026-03-10T10:05:00Z");

function budget(spec: PodDisruptionBudget["spec"], disrupted: Readonly<Record<string, string>> = {}) {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "web", namespace: "site" },
    spec,
    status: { disruptedPods: disrupted },
  } as unknown as PodDisruptionBudget;
}

/** Pods `a`, `b`, …: a capital one isn't ready, one after `-` is being deleted. */
function podsOf(text: string): readonly Pod[] {
  return [...text.matchAll(/-?[a-zA-Z]/g)].map(([each]) => {
    const name = each.slice(-1);
    const isReady = name === name.toLowerCase();
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, ...(each.startsWith("-") ? { deletionTimestamp: "2026-03-10T10:05:00Z" } : {}) },
      spec: { containers: [] },
      status: { phase: "Running", conditions: [{ type: "Ready", status: isReady ? "True" : "False" }] },
    } as unknown as Pod;
  });
}

/** Allowed, healthy of desired, of expected. */
function counts(spec: PodDisruptionBudget["spec"], pods: string, scale: number): string {
  const { counts: found } = decideDisruption({ budget: budget(spec), pods: podsOf(pods), scale, now });
  return `${found.disruptionsAllowed}: ${found.currentHealthy} of ${found.desiredHealthy}, of ${found.expectedPods}`;
}

describe("decideDisruption", () => {
  it.each<[string, PodDisruptionBudget["spec"], string, number, string]>([
    ["a number that must be left", { minAvailable: 2 }, "abc", 0, "1: 3 of 2, of 3"],
    ["fewer than that", { minAvailable: 2 }, "aB", 0, "0: 1 of 2, of 2"],
    ["one on its way out isn't healthy", { minAvailable: 2 }, "ab-c", 0, "0: 2 of 2, of 3"],
    ["a part of what is wanted is rounded up", { minAvailable: "50%" }, "abc", 3, "1: 3 of 2, of 3"],
    [
      "and goes by what is wanted, not by what is there",
      { minAvailable: "50%" },
      "abc",
      6,
      "0: 3 of 3, of 6",
    ],
    ["a number that may be missing", { maxUnavailable: 1 }, "abc", 3, "1: 3 of 2, of 3"],
    ["one that is missing already", { maxUnavailable: 1 }, "abC", 3, "0: 2 of 2, of 3"],
    ["a part that may be missing is rounded up", { maxUnavailable: "30%" }, "abcd", 4, "2: 4 of 2, of 4"],
    ["more than there are", { maxUnavailable: 9 }, "ab", 2, "2: 2 of 0, of 2"],
    ["nothing expected allows nothing", { maxUnavailable: 1 }, "a", 0, "0: 1 of 0, of 0"],
    ["neither is said", {}, "ab", 2, "0: 2 of 0, of 0"],
  ])("%s", (_what, spec, pods, scale, expected) => {
    expect(counts(spec, pods, scale)).toBe(expected);
  });

  it("takes a Pod whose eviction was granted for gone, for two minutes", () => {
    const granted = { a: "2026-03-10T10:04:00Z", b: "2026-03-10T10:02:00Z", gone: "2026-03-10T10:04:30Z" };
    const facts = { budget: budget({ minAvailable: 1 }, granted), pods: podsOf("abc"), scale: 0, now };
    const { counts: found, notDeleted, lookAgainAt } = decideDisruption(facts);
    expect(found.currentHealthy).toBe(2);
    expect(found.disruptedPods).toEqual({ a: granted.a });
    expect(notDeleted.map(({ metadata }) => metadata.name)).toEqual(["b"]);
    expect(lookAgainAt).toBe(Date.parse("2026-03-10T10:06:00Z"));
  });

  it("forgets a grant once the Pod is being deleted", () => {
    const facts = {
      budget: budget({ minAvailable: 1 }, { a: "2026-03-10T10:04:00Z" }),
      pods: podsOf("-ab"),
      scale: 0,
      now,
    };
    const { counts: found, lookAgainAt } = decideDisruption(facts);
    expect(found.disruptedPods).toEqual({});
    expect(lookAgainAt).toBeUndefined();
  });
});

it.each<[PodDisruptionBudget["spec"], boolean]>([
  [{ minAvailable: 2 }, false],
  [{ minAvailable: "50%" }, true],
  [{ maxUnavailable: 1 }, true],
])("%j goes by what the Pods' controllers are to have: %s", (spec, expected) => {
  expect(goesByScale(budget(spec))).toBe(expected);
});
