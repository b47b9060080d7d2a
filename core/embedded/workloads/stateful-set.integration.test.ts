import {
  daemonSets,
  type Job,
  jobs,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  type StatefulSet,
  statefulSets,
} from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { namespace, openTestCluster, type TestCluster } from "./testing/test-cluster.ts";

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await openTestCluster();
});
afterAll(() => cluster.close());

const container = { name: "main", image: "registry.local/db:1" };

function statefulSet(name: string, replicas: number): StatefulSet {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name, namespace },
    spec: {
      replicas,
      serviceName: name,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [container] } },
      volumeClaimTemplates: [
        {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        },
      ],
    },
  };
}

function isReady({ spec, status, metadata }: StatefulSet): boolean {
  return (
    status?.["observedGeneration"] === metadata.generation &&
    status?.["readyReplicas"] === spec.replicas &&
    status?.["updatedReplicas"] === spec.replicas &&
    status?.currentRevision === status?.updateRevision
  );
}

test("a StatefulSet makes its Pods in order, each with a bound claim, and keeps the claims", async () => {
  await cluster.client.create(statefulSets, statefulSet("db", 3));
  await cluster.until(statefulSets, "db", isReady);
  const { items } = await cluster.client.list(pods, { namespace, labelSelector: "app=db" });
  const inOrder = [...items].sort(
    (a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion),
  );
  expect(inOrder.map((pod) => pod.metadata.name)).toEqual(["db-0", "db-1", "db-2"]);
  expect(inOrder[1]?.spec).toMatchObject({ hostname: "db-1", subdomain: "db" });
  for (const ordinal of [0, 1, 2])
    await cluster.until(
      persistentVolumeClaims,
      `data-db-${ordinal}`,
      (claim) => claim.status?.phase === "Bound",
    );
  await cluster.client.mergePatch(statefulSets, { namespace, name: "db" }, { spec: { replicas: 1 } });
  await cluster.until(
    statefulSets,
    "db",
    (set) => set.spec.replicas === 1 && isReady(set) && set.status?.replicas === 1,
  );
  await cluster.client.get(persistentVolumeClaims, { namespace, name: "data-db-2" });
});

test("a new template reaches the Pods from the last to the first, and the revision moves at the end", async () => {
  await cluster.client.create(statefulSets, statefulSet("rolled", 2));
  const before = await cluster.until(statefulSets, "rolled", isReady);
  await cluster.client.mergePatch(
    statefulSets,
    { namespace, name: "rolled" },
    { spec: { template: { metadata: { labels: { step: "two" } } } } },
  );
  const after = await cluster.until(
    statefulSets,
    "rolled",
    (set) => set.metadata.generation !== before.metadata.generation && isReady(set),
  );
  expect(after.status?.currentRevision).not.toBe(before.status?.currentRevision);
  const { items } = await cluster.client.list(pods, { namespace, labelSelector: "app=rolled" });
  expect(items.map((pod) => pod.metadata.labels?.["step"])).toEqual(["two", "two"]);
});

test("a claim's volume goes with it", async () => {
  await cluster.client.create(persistentVolumeClaims, {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "short", namespace },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
  });
  const bound = await cluster.until(
    persistentVolumeClaims,
    "short",
    (claim) => claim.status?.phase === "Bound",
  );
  expect(bound.spec?.storageClassName).toBe("local-path");
  await cluster.client.delete(persistentVolumeClaims, { namespace, name: "short" });
  await cluster.gone(persistentVolumes, bound.spec?.volumeName ?? "");
});

function job(
  name: string,
  spec: Partial<Job["spec"]>,
  annotations: Readonly<Record<string, string>> = {},
): Job {
  const template = { metadata: { annotations }, spec: { restartPolicy: "Never", containers: [container] } };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace },
    spec: { template, ...spec },
  };
}

test("a Job completes after as many Pods as asked for", async () => {
  await cluster.client.create(jobs, job("sum", { completions: 3, parallelism: 2 }));
  const done = await cluster.until(jobs, "sum", (object) =>
    (object.status?.conditions ?? []).some(({ type, status }) => type === "Complete" && status === "True"),
  );
  expect(done.status).toMatchObject({ succeeded: 3 });
  expect(done.status?.completionTime).toBeDefined();
});

test("an Indexed Job gives each index one Pod", async () => {
  await cluster.client.create(
    jobs,
    job("parts", { completions: 3, parallelism: 3, completionMode: "Indexed" }),
  );
  const done = await cluster.until(jobs, "parts", (object) =>
    (object.status?.conditions ?? []).some(({ type }) => type === "Complete"),
  );
  expect(done.status?.completedIndexes).toBe("0-2");
});

test("a Job that fails more often than allowed is Failed with the reason", async () => {
  const failing = job("failing", { backoffLimit: 0 }, { "catalyst.openova.io/simulate": "crash" });
  await cluster.client.create(jobs, failing);
  const failed = await cluster.until(jobs, "failing", (object) =>
    (object.status?.conditions ?? []).some(({ type }) => type === "Failed"),
  );
  expect(failed.status?.conditions?.find(({ type }) => type === "Failed")?.reason).toBe(
    "BackoffLimitExceeded",
  );
});

test("a finished Job goes when its time to live is over, and its Pods with it", async () => {
  await cluster.client.create(jobs, job("brief", { ttlSecondsAfterFinished: 0 }));
  await cluster.gone(jobs, "brief");
  await expect
    .poll(async () => (await cluster.client.list(pods, { namespace, labelSelector: "job-name=brief" })).items)
    .toEqual([]);
});

test("a DaemonSet has one Pod on each node", async () => {
  await cluster.client.create(daemonSets, {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "agent", namespace },
    spec: {
      selector: { matchLabels: { app: "agent" } },
      template: { metadata: { labels: { app: "agent" } }, spec: { containers: [container] } },
    },
  });
  const ready = await cluster.until(
    daemonSets,
    "agent",
    (set) => (set.status as { readonly numberReady?: number } | undefined)?.numberReady === 1,
  );
  expect(ready.status).toMatchObject({ desiredNumberScheduled: 1, numberAvailable: 1 });
});
