import { isObject } from "@catalyst/base/json";
import type { ReleaseRecord } from "@catalyst/charts/records";
import type { ReleaseSnapshot } from "@catalyst/ports/flux";
import type { Drift } from "./drift/index.ts";
import { hasFailedTest, recordDigest, valuesDigest } from "./snapshot.ts";
import type { Values } from "./values.ts";

/** A release as compared with what its HelmRelease asks for. */
export type ReleaseState =
  | { readonly state: "absent"; readonly reason: string }
  /** It exists, but wasn't made for this object, or was changed since. */
  | { readonly state: "unmanaged"; readonly reason: string }
  /** An action was cut short and left it pending. */
  | { readonly state: "locked"; readonly reason: string }
  | { readonly state: "out-of-sync"; readonly reason: string }
  | { readonly state: "untested" }
  | { readonly state: "failed"; readonly reason: string }
  /** Others changed objects of it, or deleted them. */
  | { readonly state: "drifted"; readonly drifts: readonly Drift[] }
  | { readonly state: "in-sync" };

export interface StateFacts {
  /** The newest stored revision. */
  readonly last: ReleaseRecord | undefined;
  readonly history: readonly ReleaseSnapshot[];
  readonly chart: { readonly name: string; readonly version: string };
  readonly values: Values;
  /** What is otherwise done to what the chart gives than for the last release, in a spec that nothing was done for yet. */
  readonly otherPostRendering: "postrenderers" | "common metadata" | undefined;
  readonly test: { readonly enable: boolean; readonly ignoreFailures: boolean };
}

/** Determines the state of a release from what is stored and what was observed last: never that it has drifted. */
export function releaseState(facts: StateFacts): ReleaseState {
  const { last, history } = facts;
  if (last === undefined) return { state: "absent", reason: "no release in storage for object" };
  const { status } = last.info;
  if (status.startsWith("pending-") || status === "uninstalling") {
    return { state: "locked", reason: `release with status '${status}'` };
  }
  const gone = { state: "absent", reason: "found uninstalled release in storage" } as const;
  const [latest] = history;
  if (latest === undefined) {
    return status === "uninstalled"
      ? gone
      : { state: "unmanaged", reason: "found existing release in storage" };
  }
  if (latest.apiVersion === "v2" && latest.digest !== recordDigest(last)) {
    return { state: "unmanaged", reason: "release not observed to be made for object" };
  }
  if (status === "uninstalled") return gone;
  if (status === "failed") return { state: "failed", reason: "" };
  return deployedState(facts, last, latest);
}

function deployedState(facts: StateFacts, last: ReleaseRecord, latest: ReleaseSnapshot): ReleaseState {
  const metadata = isObject(last.chart["metadata"]) ? last.chart["metadata"] : {};
  if (metadata["name"] !== facts.chart.name || metadata["version"] !== facts.chart.version) {
    return { state: "out-of-sync", reason: "release chart changed" };
  }
  if (latest.configDigest !== valuesDigest(facts.values)) {
    return { state: "out-of-sync", reason: "release config values changed" };
  }
  if (facts.otherPostRendering !== undefined)
    return { state: "out-of-sync", reason: `${facts.otherPostRendering} digest has changed` };
  if (facts.test.enable && latest.testHooks === undefined) return { state: "untested" };
  if (facts.test.enable && !facts.test.ignoreFailures && hasFailedTest(latest)) {
    return { state: "failed", reason: "release has test in failed phase" };
  }
  return { state: "in-sync" };
}
