import type { Pod, StatefulSet } from "@catalyst/ports/kubernetes";
import { describe, expect, it } from "vitest";
import { revisionLabel } from "../common/revision.ts";
import { decideStatefulSet } from "./decide.ts";

const now = Date.parse("2026-03-10T10:00:00Z");

function set(spec: Partial<StatefulSet["spec"]> = {}, status: StatefulSet["status"] = {}): StatefulSet {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db", namespace: "site" },
    spec: {
      replicas: 3,
      selector: {},
      template: { spec: { containers: [{ name: "main" }] } },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      ...spec,
    },
    status,
  } as StatefulSet;
}

type State = "ready" | "starting" | "pending" | "failed" | "leaving";

/** `0 ready`: the Pod of an ordinal, of the old revision when `old` follows. */
function podOf(text: string): Pod {
  const [ordinal, state, revision = "new"] = text.split(" ") as [string, State, string?];
  const phase = state === "pending" ? "Pending" : state === "failed" ? "Failed" : "Running";
  const isReady = state === "ready" || state === "leaving";
  const ready = {
    type: "Ready",
    status: isReady ? "True" : "False",
    lastTransitionTime: "2026-03-10T09:59:50Z",
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `db-${ordinal}`,
      labels: { [revisionLabel]: revision },
      ...(state === "leaving" ? { deletionTimestamp: "2026-03-10T10:00:00Z" } : {}),
    },
    spec: { containers: [{ name: "main" }] },
    status: { phase, conditions: [ready] },
  } as unknown as Pod;
}

function decide(object: StatefulSet, pods: readonly string[]): string {
  const facts = { set: object, pods: pods.map(podOf), currentRevision: "old", updateRevision: "new", now };
  return decideStatefulSet(facts)
    .map((action) =>
      action.type === "create"
        ? `create ${action.ordinal} ${action.revision}`
        : `${action.type} ${action.pod.metadata.name.slice("db-".length)}`,
    )
    .join(", ");
}

const parallel = { podManagementPolicy: "Parallel" } as const;
const partition = (count: number) => ({
  updateStrategy: { type: "RollingUpdate" as const, rollingUpdate: { partition: count } },
});
const allReady = ["0 ready", "1 ready", "2 ready"];

describe("decideStatefulSet", () => {
  it.each<[string, StatefulSet, readonly string[], string]>([
    ["begins with the first", set(), [], "create 0 new"],
    ["waits for the one before", set(), ["0 starting"], ""],
    ["waits for it to be available", set({ minReadySeconds: 30 }), ["0 ready"], ""],
    ["goes on with the next", set(), ["0 ready"], "create 1 new"],
    ["begins where its ordinals begin", set({ ordinals: { start: 5 }, replicas: 1 }), [], "create 5 new"],
    ["makes the claims a Pod waits for", set(), ["0 pending"], "provide 0"],
    ["replaces one that ended", set(), ["0 failed", "1 ready", "2 ready"], "delete 0"],
    ["leaves well alone", set(), allReady, ""],
    ["takes the last away first", set({ replicas: 1 }), allReady, "delete 2"],
    ["one after the other", set({ replicas: 1 }), ["0 ready", "1 ready", "2 leaving"], ""],
    ["and none while another is ill", set({ replicas: 1 }), ["0 starting", "1 ready", "2 ready"], ""],
    [
      "lets an ill surplus Pod go first",
      set({ replicas: 1 }),
      ["0 ready", "1 ready", "2 starting"],
      "delete 2",
    ],
    ["updates from the last", set(), ["0 ready old", "1 ready old", "2 ready old"], "replace 2"],
    ["waits for the updated one", set(), ["0 ready old", "1 ready old", "2 starting"], ""],
    ["then goes on", set(), ["0 ready old", "1 ready old", "2 ready"], "replace 1"],
    ["leaves those below the partition", set(partition(2)), ["0 ready old", "1 ready old", "2 ready"], ""],
    ["makes those below it as they were", set(partition(1)), [], "create 0 old"],
    [
      "updates nothing by itself on deletion",
      set({ updateStrategy: { type: "OnDelete" } }),
      ["0 ready old", "1 ready old", "2 ready old"],
      "",
    ],
    [
      "does nothing on its way out",
      { ...set(), metadata: { name: "db", deletionTimestamp: "2026-03-10T10:00:00Z" } },
      [],
      "",
    ],
  ])("in order: %s", (_what, object, pods, expected) => {
    expect(decide(object, pods)).toBe(expected);
  });

  it.each<[string, StatefulSet, readonly string[], string]>([
    ["begins with all", set(parallel), [], "create 0 new, create 1 new, create 2 new"],
    ["waits for none", set(parallel), ["0 starting", "2 ready"], "create 1 new"],
    ["takes all away that are too many", set({ ...parallel, replicas: 1 }), allReady, "delete 2, delete 1"],
    [
      "updates one after the other all the same",
      set(parallel),
      ["0 ready old", "1 ready old", "2 ready old"],
      "replace 2",
    ],
  ])("in parallel: %s", (_what, object, pods, expected) => {
    expect(decide(object, pods)).toBe(expected);
  });
});
