import { pods } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCluster, type TestCluster } from "../testing/test-cluster.ts";

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await openTestCluster();
});
afterAll(() => cluster.close());

test("a Pod with scheduling gates says so and waits until they are lifted", async () => {
  const key = { namespace: "default", name: "gated" };
  const containers = [{ name: "main", image: "registry.local/app:1" }];
  const spec = { containers, schedulingGates: [{ name: "example.org/approval" }] };
  const created = await cluster.client.create(pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: key,
    spec,
  });
  expect(created.status?.conditions).toMatchObject([
    { type: "PodScheduled", status: "False", reason: "SchedulingGated" },
  ]);
  await cluster.client.mergePatch(pods, key, { spec: { schedulingGates: null } });
  await expect
    .poll(async () => (await cluster.client.find(pods, key))?.status?.conditions)
    .toContainEqual(expect.objectContaining({ type: "PodScheduled", status: "True" }));
});
