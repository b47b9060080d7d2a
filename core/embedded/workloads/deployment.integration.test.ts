import {
  type Deployment,
  deployments,
  type EndpointSlice,
  endpointSlices,
  pods,
  replicaSets,
  services,
} from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { namespace, openTestCluster, type TestCluster } from "./testing/test-cluster.ts";

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await openTestCluster();
});
afterAll(() => cluster.close());

function deployment(name: string, replicas: number, image = "registry.local/web:1"): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: "web", image, ports: [{ name: "http", containerPort: 8080 }] }] },
      },
    },
  };
}

function isRolledOut({ spec, status, metadata }: Deployment): boolean {
  return (
    status?.observedGeneration === metadata.generation &&
    status?.updatedReplicas === spec.replicas &&
    status?.replicas === spec.replicas &&
    status?.availableReplicas === spec.replicas
  );
}

async function podsOf(name: string) {
  const { items } = await cluster.client.list(pods, { namespace, labelSelector: `app=${name}` });
  return items.filter((pod) => pod.metadata.deletionTimestamp === undefined);
}

test("a Deployment becomes available, is scaled both ways, and leaves nothing when deleted", async () => {
  await cluster.client.create(deployments, deployment("scaled", 2));
  const ready = await cluster.until(deployments, "scaled", isRolledOut);
  expect(
    ready.status?.conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`).sort(),
  ).toEqual(["Available=True MinimumReplicasAvailable", "Progressing=True NewReplicaSetAvailable"]);
  for (const replicas of [5, 1]) {
    await cluster.client.mergePatch(deployments, { namespace, name: "scaled" }, { spec: { replicas } });
    await cluster.until(
      deployments,
      "scaled",
      (object) => object.spec.replicas === replicas && isRolledOut(object),
    );
    await expect.poll(async () => (await podsOf("scaled")).length).toBe(replicas);
  }
  await cluster.client.delete(deployments, { namespace, name: "scaled" });
  await expect.poll(async () => (await podsOf("scaled")).length).toBe(0);
  await expect
    .poll(
      async () => (await cluster.client.list(replicaSets, { namespace, labelSelector: "app=scaled" })).items,
    )
    .toEqual([]);
});

test("a new template rolls out, an old one comes back with its set and a new revision", async () => {
  await cluster.client.create(deployments, deployment("rolled", 3));
  await cluster.until(deployments, "rolled", isRolledOut);
  const [first] = (await cluster.client.list(replicaSets, { namespace, labelSelector: "app=rolled" })).items;
  const setImage = (image: string) =>
    cluster.client.apply(deployments, deployment("rolled", 3, image), { force: true });
  await setImage("registry.local/web:2");
  await cluster.until(
    deployments,
    "rolled",
    (object) => image(object) === "registry.local/web:2" && isRolledOut(object),
  );
  const images = (await podsOf("rolled")).map((pod) => pod.spec.containers[0]?.image);
  expect(images).toEqual(["registry.local/web:2", "registry.local/web:2", "registry.local/web:2"]);
  await setImage("registry.local/web:1");
  const back = await cluster.until(
    deployments,
    "rolled",
    (object) => image(object) === "registry.local/web:1" && isRolledOut(object),
  );
  expect(back.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
  const sets = (await cluster.client.list(replicaSets, { namespace, labelSelector: "app=rolled" })).items;
  expect(sets.find((set) => set.metadata.uid === first?.metadata.uid)?.spec.replicas).toBe(3);
  expect(sets).toHaveLength(2);
});

function image(object: Deployment): string | undefined {
  return object.spec.template.spec.containers[0]?.image;
}

test("a Recreate Deployment never runs two templates at once", async () => {
  const first = deployment("recreated", 2);
  const recreate = { ...first, spec: { ...first.spec, strategy: { type: "Recreate" as const } } };
  await cluster.client.create(deployments, recreate);
  await cluster.until(deployments, "recreated", isRolledOut);
  await cluster.client.mergePatch(
    deployments,
    { namespace, name: "recreated" },
    { spec: { template: { metadata: { labels: { step: "two" } } } } },
  );
  await cluster.until(
    deployments,
    "recreated",
    (object) => object.spec.template.metadata?.labels?.["step"] === "two" && isRolledOut(object),
  );
  expect((await podsOf("recreated")).map((pod) => pod.metadata.labels?.["step"])).toEqual(["two", "two"]);
});

test("a Pod whose image can't be pulled says so, and its Deployment isn't available", async () => {
  const broken = deployment("broken", 1);
  const template = {
    ...broken.spec.template,
    metadata: { labels: { app: "broken" }, annotations: { "catalyst.openova.io/simulate": "pull-error" } },
  };
  await cluster.client.create(deployments, { ...broken, spec: { ...broken.spec, template } });
  await expect
    .poll(async () => (await podsOf("broken"))[0]?.status?.containerStatuses?.[0]?.state?.waiting?.reason)
    .toBe("ErrImagePull");
  const object = await cluster.client.get(deployments, { namespace, name: "broken" });
  expect(object.status?.conditions?.find(({ type }) => type === "Available")?.status).toBe("False");
});

test("a Service has the ready Pods' addresses at the port of the name it targets", async () => {
  await cluster.client.create(deployments, deployment("served", 2));
  await cluster.client.create(services, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "served", namespace },
    spec: { selector: { app: "served" }, ports: [{ port: 80, targetPort: "http" }] },
  });
  await cluster.until(deployments, "served", isRolledOut);
  const addresses = (await podsOf("served")).map((pod) => pod.status?.podIP).sort();
  await expect
    .poll(async () => {
      const slices = await cluster.client.list<EndpointSlice>(endpointSlices, {
        namespace,
        labelSelector: "kubernetes.io/service-name=served",
      });
      return slices.items.map((slice) => ({
        ports: slice.ports?.map((port) => port.port),
        ready: slice.endpoints?.flatMap((each) => (each.conditions?.ready ? each.addresses : [])).sort(),
      }));
    })
    .toEqual([{ ports: [8080], ready: addresses }]);
});
