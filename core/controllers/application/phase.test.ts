import type { Pod } from "@catalyst/ports/kubernetes";
import { expect, test } from "vitest";
import { podsReady, podsWanted } from "./phase.ts";

const owned = {
  ownerReferences: [{ apiVersion: "batch/v1", kind: "Job", name: "j", uid: "u", controller: true }],
};

function pod(phase: string, metadata: object = {}): Pod {
  const ready = phase === "Running" ? "True" : "False";
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", ...metadata },
    spec: { containers: [] },
    status: { phase, conditions: [{ type: "Ready", status: ready }] },
  } as unknown as Pod;
}

test.each([
  ["one that runs", [pod("Running")], 1, 1],
  ["one that begins", [pod("Pending", owned)], 1, 0],
  ["a Job's that succeeded", [pod("Running"), pod("Succeeded", owned)], 1, 1],
  ["a Job's that failed", [pod("Running"), pod("Failed", owned)], 1, 1],
  ["one of nobody's that failed", [pod("Failed")], 1, 0],
  ["one that is being deleted", [pod("Running", { deletionTimestamp: "2026-01-01T00:00:00Z" })], 0, 0],
])("of Pods, %s: wanted and ready are counted", (_name, pods, wanted, ready) => {
  expect([podsWanted({ pods }), podsReady({ pods })]).toEqual([wanted, ready]);
});
