import type { Pod } from "@catalyst/ports/kubernetes";
import { expect, test } from "vitest";
import type { ApplicationAction } from "./decide.ts";
import type { ApplicationFacts } from "./facts.ts";
import { phaseOf, podsReady, podsWanted } from "./phase.ts";

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

/** The facts of an Application whose release says this of its readiness. */
function facts(
  ready: { readonly status: string; readonly reason: string; readonly message?: string },
  fields: { readonly pods?: readonly Pod[]; readonly history?: readonly object[] } = {},
): ApplicationFacts {
  const helmRelease = {
    metadata: { name: "site", generation: 1 },
    status: {
      observedGeneration: 1,
      history: fields.history ?? [],
      conditions: [{ type: "Ready", message: "", ...ready }],
    },
  };
  const application = { metadata: { name: "site" }, spec: { blueprint: { digest: "sha256:new" } } };
  return { application, helmRelease, pods: fields.pods ?? [] } as unknown as ApplicationFacts;
}

const progressing = {
  status: "Unknown",
  reason: "Progressing",
  message: "Running 'install' action with timeout of 5m0s",
};
const before = [{ status: "deployed", ociDigest: "sha256:old" }];
const now = [{ status: "deployed", ociDigest: "sha256:new" }];

test.each([
  ["Helm is at work", facts(progressing), "Installing", "Helm is installing it."],
  ["Helm changes it", facts(progressing, { history: before }), "Updating", "Helm is upgrading it."],
  [
    "Helm waits for its Pods",
    facts(progressing, { history: before, pods: [pod("Running"), pod("Pending")] }),
    "Updating",
    "1 of 2 Pods are ready.",
  ],
  [
    "its package isn't there yet",
    facts({ status: "False", reason: "SourceNotReady", message: "OCIRepository 'a/b' is not ready: x" }),
    "Installing",
    "Its package is being fetched.",
  ],
  [
    "the release before is ready",
    facts(
      { status: "True", reason: "InstallSucceeded", message: "Helm install succeeded" },
      { history: before },
    ),
    "Updating",
    "Flux is about to upgrade it.",
  ],
  [
    "it is ready",
    facts({ status: "True", reason: "InstallSucceeded" }, { history: now }),
    "Running",
    undefined,
  ],
])("an Application says what it is doing when %s", (_name, given, phase, words) => {
  const verdict = phaseOf(given, { kind: "none" });
  expect([verdict.phase, verdict.why?.sentence]).toEqual([phase, words]);
});

const refused = "bp-static-site 1.0.0 of the pinned digest isn't in the catalog";
test.each<readonly [string, ApplicationFacts, ApplicationAction, string]>([
  [
    "the name of a Blueprint keeps its small letter",
    facts(progressing),
    { kind: "refuse", reason: "BlueprintUnknown", message: refused } as ApplicationAction,
    `${refused}.`,
  ],
  [
    "a removal isn't explained by the install before it",
    facts(progressing),
    { kind: "wait-for-uninstall" } as ApplicationAction,
    "Helm is removing its objects.",
  ],
  [
    "a plain word begins with a capital",
    facts(progressing),
    { kind: "refuse", reason: "ExpansionFailed", message: "it can't be expanded" } as ApplicationAction,
    "It can't be expanded.",
  ],
])("why: %s", (_name, given, action, sentence) => {
  expect(phaseOf(given, action).why?.sentence).toBe(sentence);
});
