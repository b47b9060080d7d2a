import {
  type ClusterClient,
  type KubeObject,
  KubernetesError,
  type ResourceType,
  type StatefulSet,
} from "@catalyst/ports/kubernetes";
import type { ReconcileContext } from "@catalyst/reconciler";
import { describe, expect, it } from "vitest";
import { controllerReference } from "../common/owner.ts";
import { revisionLabel } from "../common/revision.ts";
import { statefulSetController } from "./controller.ts";

/** Half way to a new template: the last Pod has it, the first is next. Its strategy leaves out `rollingUpdate`. */
const set = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "db", namespace: "site", uid: "u", generation: 2, resourceVersion: "7" },
  spec: {
    replicas: 2,
    serviceName: "db",
    selector: { matchLabels: { app: "db" } },
    template: templateOf("new"),
    updateStrategy: { type: "RollingUpdate" },
  },
  status: { currentRevision: "db-old", updateRevision: "db-new", currentReplicas: 1, updatedReplicas: 1 },
} as unknown as StatefulSet;

function templateOf(image: string) {
  return { metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "main", image }] } };
}

function revision(image: string, number: number): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: { name: `db-${image}`, namespace: "site", labels: { app: "db" } },
    data: { spec: { template: { ...templateOf(image), $patch: "replace" } } },
    revision: number,
  };
}

function pod(name: string, image: string): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "site",
      uid: name,
      labels: { app: "db", [revisionLabel]: `db-${image}` },
      ownerReferences: [controllerReference(set)],
    },
    spec: templateOf(image).spec,
    status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
  };
}

/** Reconciles the set as it is with these Pods; gives what was written, in order. */
async function writesOf(
  pods: readonly KubeObject[],
  client: Partial<ClusterClient> = {},
): Promise<readonly string[]> {
  const writes: string[] = [];
  const objects: Readonly<Record<string, readonly KubeObject[]>> = {
    Pod: pods,
    ControllerRevision: [revision("old", 1), revision("new", 2)],
  };
  const recording = {
    find: async () => undefined,
    list: async () => ({ items: pods }),
    updateStatus: async (_type: ResourceType, object: StatefulSet) => {
      writes.push(`status: ${object.status?.["currentReplicas"] ?? 0} of the old template`);
      return object;
    },
    create: async ({ kind }: ResourceType, object: KubeObject) => {
      const label = object.metadata.labels?.[revisionLabel];
      if (kind === "Pod") writes.push(`create ${object.metadata.name} of ${label}`);
      return object;
    },
    delete: async (_type: ResourceType, { name }: { readonly name: string }) => {
      writes.push(`delete ${name}`);
      return true;
    },
    ...client,
  };
  const context = {
    object: set,
    cache: {
      get: () => undefined,
      ownedBy: (_cluster: string, { kind }: ResourceType) => objects[kind] ?? [],
      orphans: () => [],
    },
    clusters: { client: () => recording },
    clock: { now: () => 0 },
  } as unknown as ReconcileContext<StatefulSet>;
  try {
    await statefulSetController.reconcile({ cluster: "c", namespace: "site", name: "db" }, context);
  } catch (error) {
    writes.push(error instanceof KubernetesError ? error.code : String(error));
  }
  return writes;
}

describe("the controller of StatefulSets", () => {
  it("says that a Pod is replaced before it goes: by that the next one gets the new template", async () => {
    const writes = await writesOf([pod("db-0", "old"), pod("db-1", "new")]);
    expect(writes).toEqual(["status: 0 of the old template", "delete db-0"]);
  });

  it("gives a Pod that was lost meanwhile the template it had", async () => {
    const writes = await writesOf([pod("db-1", "new")]);
    expect(writes.at(-1)).toBe("create db-0 of db-old");
  });

  it("does nothing for a set that has changed meanwhile", async () => {
    const updateStatus = () =>
      Promise.reject(new KubernetesError("kubernetes-conflict", 409, "Conflict", "it has changed"));
    const writes = await writesOf([pod("db-0", "old"), pod("db-1", "new")], { updateStatus });
    expect(writes).toEqual(["kubernetes-conflict"]);
  });
});
