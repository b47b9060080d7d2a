import { systemClock } from "@catalyst/base/clock";
import { namespace, openTestCluster, type TestCluster } from "@catalyst/embedded-workloads/testing";
import { simulation } from "@catalyst/model/label";
import { type KubeObject, leases, nodes, type Pod, pods } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SimulatedRuntime } from "./runtime.ts";

describe("Pods on a simulated node", () => {
  const runtime = new SimulatedRuntime({ clock: systemClock });
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await openTestCluster({ runtime });
  });
  afterAll(() => cluster.close());

  const create = (
    name: string,
    annotations: Readonly<Record<string, string>>,
    spec: Partial<Pod["spec"]> = {},
  ) =>
    cluster.client.create(pods, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace, annotations },
      spec: { containers: [{ name: "main", image: "i:1" }], ...spec },
    });
  const main = ({ status }: Pod) => status?.containerStatuses?.[0];

  test("are what their annotations say: after one crash one runs, after two it waits", async () => {
    await create("once", { [simulation.crashes]: "1" });
    await cluster.until(pods, "once", (pod) => main(pod)?.ready === true && main(pod)?.restartCount === 1);
    await create("twice", { [simulation.crashes]: "2", [simulation.exitCode]: "7" });
    const pod = await cluster.until(
      pods,
      "twice",
      (each) => main(each)?.state?.waiting?.reason === "CrashLoopBackOff",
    );
    expect(main(pod)?.lastState?.terminated).toMatchObject({ exitCode: 7, reason: "Error" });
  });

  test("that somebody binds although a port of the node is taken are rejected", async () => {
    const bound = (hostPort: number) => ({
      nodeName: "local",
      containers: [{ name: "main", image: "i:1", ports: [{ containerPort: 80, hostPort }] }],
    });
    await create("first", {}, bound(8080));
    await create("second", {}, bound(8080));
    await create("third", {}, bound(8081));
    const { status } = await cluster.until(pods, "second", (pod) => pod.status?.phase === "Failed");
    expect(status).toMatchObject({
      reason: "NodePorts",
      message:
        "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    });
    expect(status?.containerStatuses).toBeUndefined();
    for (const name of ["first", "third"])
      await cluster.until(pods, name, (pod) => main(pod)?.ready === true);
  });

  test("fail to pull, and say that they wait for the next try", async () => {
    await create("unpulled", { [simulation.failure]: "pull-error" });
    await cluster.until(pods, "unpulled", (pod) => main(pod)?.state?.waiting?.reason === "ErrImagePull");
    await cluster.until(pods, "unpulled", (pod) => main(pod)?.state?.waiting?.reason === "ImagePullBackOff");
  });

  test("end with what they are to, and complete where they may", async () => {
    await create("fails", { [simulation.exitCode]: "3" }, { restartPolicy: "Never" });
    const failed = await cluster.until(pods, "fails", ({ status }) => status?.phase === "Failed");
    expect(main(failed)?.state?.terminated?.exitCode).toBe(3);
    await create("ends", {}, { restartPolicy: "OnFailure" });
    await cluster.until(pods, "ends", ({ status }) => status?.phase === "Succeeded");
  });

  test("use what they say they use", async () => {
    const { metadata } = await create("busy", { [simulation.cpu]: "250m", [simulation.memory]: "1Mi" });
    await cluster.until(pods, "busy", (pod) => main(pod)?.ready === true);
    const usage = (await runtime.stats("acme-dev")).find(({ identity }) => identity.uid === metadata.uid);
    expect(usage?.containers).toEqual([{ name: "main", cpuCores: 0.25, memoryBytes: 2 ** 20 }]);
  });

  test("say how they ended when they are deleted, and go", async () => {
    await create("deleted", {});
    await cluster.until(pods, "deleted", (pod) => main(pod)?.ready === true);
    const ended = cluster.until(pods, "deleted", ({ status }) => status?.phase === "Failed");
    await cluster.client.delete(pods, { namespace, name: "deleted" });
    expect(main(await ended)?.state?.terminated?.exitCode).toBe(143);
    await cluster.gone(pods, "deleted");
  });

  test("have a node that says what it is and keeps a Lease", async () => {
    const node = await cluster.client.get<KubeObject>(nodes, { name: "local" });
    expect(node.metadata.labels).toMatchObject({ "catalyst.openova.io/runtime": "simulated" });
    expect(node.status).toMatchObject({ nodeInfo: { containerRuntimeVersion: "simulated://1" } });
    const lease = await cluster.client.get(leases, { namespace: "kube-node-lease", name: "local" });
    expect(lease.spec).toMatchObject({ holderIdentity: "local", leaseDurationSeconds: 200 });
    expect(lease.metadata.ownerReferences?.[0]).toMatchObject({ kind: "Node", uid: node.metadata.uid });
  });
});

/** A runtime whose sandboxes take until they are let. */
class HeldRuntime extends SimulatedRuntime {
  readonly asked = Promise.withResolvers<void>();
  readonly go = Promise.withResolvers<void>();

  override async createSandbox(plan: Parameters<SimulatedRuntime["createSandbox"]>[0]): Promise<void> {
    this.asked.resolve();
    await this.go.promise;
    return super.createSandbox(plan);
  }
}

test("a Pod that is deleted while its sandbox is made leaves none behind", async () => {
  const runtime = new HeldRuntime({ clock: systemClock });
  const cluster = await openTestCluster({ runtime });
  const place = { namespace, name: "short" };
  await cluster.client.create(pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: place,
    spec: { containers: [{ name: "main", image: "i:1" }] },
  });
  await runtime.asked.promise;
  await cluster.client.delete(pods, place);
  setTimeout(() => runtime.go.resolve(), 300);
  await cluster.gone(pods, "short");
  await runtime.go.promise;
  await systemClock.sleep(100);
  await expect.poll(() => runtime.list()).toEqual([]);
  await cluster.close();
});

/** A runtime that for a moment starts nothing, and doesn't say why in words that are known. */
class FailingRuntime extends SimulatedRuntime {
  readonly tries: number[] = [];

  override async startContainer(...asked: Parameters<SimulatedRuntime["startContainer"]>): Promise<void> {
    this.tries.push(Date.now());
    if (Date.now() - this.tries[0]! < 500) throw new Error("no");
    return super.startContainer(...asked);
  }
}

test("a container that can't be started for an unknown reason is tried again, and not all the time", async () => {
  const runtime = new FailingRuntime({ clock: systemClock });
  const cluster = await openTestCluster({ runtime });
  const metadata = { namespace, name: "stubborn" };
  const spec = { containers: [{ name: "main", image: "i:1" }] };
  await cluster.client.create(pods, { apiVersion: "v1", kind: "Pod", metadata, spec });
  await cluster.until(pods, "stubborn", ({ status }) => status?.containerStatuses?.[0]?.ready === true);
  expect(runtime.tries.length).toBeLessThan(10);
  await cluster.close();
});
