import { events, type Pod, persistentVolumeClaims, pods } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCluster, type TestCluster } from "../testing/test-cluster.ts";

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await openTestCluster();
});
afterAll(() => cluster.close());

const namespace = "default";
const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } };
const volumeClaimTemplate = { metadata: { labels: { app: "web" } }, spec };

function create(name: string): Promise<Pod> {
  return cluster.client.create(pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, name },
    spec: {
      containers: [{ name: "main", image: "registry.local/app:1" }],
      volumes: [{ name: "v", ephemeral: { volumeClaimTemplate } }],
    },
  });
}

test("a Pod's ephemeral volume gets a claim of its own, which goes with the Pod", async () => {
  const { metadata } = await create("web");
  await cluster.until(pods, "web", ({ status }) => status?.phase === "Running");
  const claim = await cluster.client.get(persistentVolumeClaims, { namespace, name: "web-v" });
  expect(claim.metadata.labels).toEqual({ app: "web" });
  expect(claim.metadata.ownerReferences).toEqual([
    {
      apiVersion: "v1",
      kind: "Pod",
      name: "web",
      uid: metadata.uid,
      controller: true,
      blockOwnerDeletion: true,
    },
  ]);
  await cluster.client.delete(pods, { namespace, name: "web" });
  await cluster.gone(persistentVolumeClaims, "web-v");
});

test("another's claim of that name isn't taken, and an event says so", async () => {
  await cluster.client.create(persistentVolumeClaims, {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { namespace, name: "api-v" },
    spec,
  });
  await create("api");
  const told = async () => (await cluster.client.list(events, { namespace })).items;
  await expect.poll(told).toContainEqual(
    expect.objectContaining({
      reason: "FailedBinding",
      message:
        'ephemeral volume v: PVC "default/api-v" was not created for pod "default/api" (pod is not owner)',
      source: { component: "ephemeral_volume" },
    }),
  );
});
