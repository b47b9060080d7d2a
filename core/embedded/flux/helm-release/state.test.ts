import type { ReleaseRecord } from "@catalyst/charts/records";
import { expect, it } from "vitest";
import { snapshotOf } from "./snapshot.ts";
import { releaseState } from "./state.ts";

const record = (status: ReleaseRecord["info"]["status"]): ReleaseRecord => ({
  name: "site",
  namespace: "site",
  version: 1,
  info: { description: "", status, notes: "" },
  chart: { metadata: { name: "site", version: "1.0.0" } },
  config: {},
  manifest: "",
  hooks: [],
  labels: {},
});

const state = (last: ReleaseRecord | undefined, seen: ReleaseRecord | undefined) =>
  releaseState({
    last,
    history: seen === undefined ? [] : [snapshotOf(seen, "install", undefined)],
    chart: { name: "site", version: "1.0.0" },
    values: {},
    otherPostRendering: undefined,
    test: { enable: false, ignoreFailures: false },
  }).state;

it.each([
  ["nothing is stored", undefined, undefined, "absent"],
  ["it is stored as it was seen", record("deployed"), record("deployed"), "in-sync"],
  ["somebody else made it", record("deployed"), undefined, "unmanaged"],
  ["somebody else changed it", record("failed"), record("deployed"), "unmanaged"],
  [
    "somebody else uninstalled it and kept its history",
    record("uninstalled"),
    record("deployed"),
    "unmanaged",
  ],
  ["it was uninstalled before", record("uninstalled"), undefined, "absent"],
  ["it was uninstalled by its HelmRelease", record("uninstalled"), record("uninstalled"), "absent"],
  ["an action was cut short", record("pending-upgrade"), record("deployed"), "locked"],
] as const)("when %s", (_name, last, seen, expected) => {
  expect(state(last, seen)).toBe(expected);
});
