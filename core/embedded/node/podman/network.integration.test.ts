import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { openTestCluster, type TestCluster } from "@catalyst/embedded-workloads/testing";
import {
  type Container,
  type Deployment,
  deployments,
  type Pod,
  pods,
  services,
} from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canRunPodman, image, importBusybox, podman } from "../testing/busybox.ts";
import { openPodmanHost, type PodmanHost } from "./host.ts";
import { networkName } from "./network.ts";
import { removeServiceRules } from "./service-network.ts";

const namespace = "default";
/** Starting a Pod takes podman seconds on a busy machine (milliseconds). */
const patience = 90_000;

describe.skipIf(!(await canRunPodman()))("Pods on podman", { timeout: 2 * patience }, () => {
  let folder: string;
  let host: PodmanHost;
  let cluster: TestCluster;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "catalyst-podman-"));
    host = await openPodmanHost({ folder, clock: systemClock });
    importBusybox(folder);
    cluster = await openTestCluster({ runtime: host.runtime, controllers: host.controllers });
  });

  afterAll(async () => {
    for (const { identity } of await host.runtime.list()) await host.runtime.removeSandbox(identity, 0);
    await cluster.close();
    const networks = ["acme-dev", "other-dev"].map((name) => networkName(join(folder, "pods"), name));
    podman(folder, ["network", "rm", "-f", ...networks]);
    await host.close();
    await removeServiceRules(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  const serve: Container = {
    name: "web",
    image,
    command: ["sh", "-c", "hostname > /www/index.html; exec httpd -f -p 8080 -h /www"],
    ports: [{ name: "http", containerPort: 8080 }],
    readinessProbe: { httpGet: { port: "http", path: "/" }, periodSeconds: 1 },
  };

  function deployment(name: string, replicas: number, container: Container): Deployment {
    const labels = { app: name };
    const spec = { containers: [container], terminationGracePeriodSeconds: 1 };
    return {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace },
      spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    };
  }

  async function runToEnd(name: string, script: string, client = cluster.client): Promise<string> {
    const pod: Pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace },
      spec: { restartPolicy: "Never", containers: [{ name: "main", image, command: ["sh", "-c", script] }] },
    };
    await client.create(pods, pod);
    const phase = async () => (await client.get(pods, { namespace, name })).status?.phase;
    await expect.poll(phase, { timeout: patience }).toMatch(/Succeeded|Failed/);
    const chunks: Uint8Array[] = [];
    for await (const chunk of client.podLog({ namespace, name })) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  test("a Service is reached by name and by address, and each of its Pods gets its share", async () => {
    await cluster.client.create(deployments, deployment("web", 2, serve));
    const service = await cluster.client.create(services, {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", namespace },
      spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: "http" }] },
    });
    await cluster.until(deployments, "web", (object) => object.status?.availableReplicas === 2);
    const output = await runToEnd(
      "caller",
      `for name in web web.default.svc.cluster.local ${service.spec.clusterIP}; do fetch $name || echo failed $name; done
       for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do fetch web; done`,
    );
    expect(output).not.toContain("failed");
    const answered = new Set(output.trim().split("\n"));
    const { items } = await cluster.client.list(pods, { namespace, labelSelector: "app=web" });
    expect(answered).toEqual(new Set(items.map((pod) => pod.metadata.name)));
  });

  test("case 27: another Environment's Pods reach neither its Services nor its Pods", async () => {
    const [pod] = (await cluster.client.list(pods, { namespace, labelSelector: "app=web" })).items;
    const service = await cluster.client.get(services, { namespace, name: "web" });
    await cluster.clusters.ensure("other-dev");
    const output = await runToEnd(
      "stranger",
      `fetch ${service.spec.clusterIP} || echo no service
       fetch ${pod?.status?.podIP} 8080 || echo no pod
       fetch web || echo no name`,
      cluster.clusters.client("other-dev"),
    );
    for (const missed of ["no service", "no pod", "no name"]) expect(output).toContain(missed);
  });

  test("a container that ends is started again and counted, and then waits longer", async () => {
    const crash: Container = { name: "crash", image, command: ["sh", "-c", "exit 7"] };
    await cluster.client.create(deployments, deployment("crash", 1, crash));
    const state = async () => {
      const { items } = await cluster.client.list(pods, { namespace, labelSelector: "app=crash" });
      const [status] = items[0]?.status?.containerStatuses ?? [];
      // Later restarts are as good: a busy machine may miss the first wait.
      const again = (status?.restartCount ?? 0) > 0;
      return [again, status?.state?.waiting?.reason, status?.lastState?.terminated?.exitCode];
    };
    await expect.poll(state, { timeout: patience }).toEqual([true, "CrashLoopBackOff", 7]);
  });

  test("an image that can't be pulled is said in the Pod's status", async () => {
    const missing: Container = { name: "missing", image: "127.0.0.1:1/none:1" };
    await cluster.client.create(deployments, deployment("missing", 1, missing));
    const reason = async () => {
      const { items } = await cluster.client.list(pods, { namespace, labelSelector: "app=missing" });
      return items[0]?.status?.containerStatuses?.[0]?.state?.waiting?.reason;
    };
    await expect.poll(reason, { timeout: patience }).toMatch(/^(ErrImagePull|ImagePullBackOff)$/);
  });

  test("deleting a Pod stops its containers", async () => {
    await cluster.client.delete(deployments, { namespace, name: "web" });
    const left = async () =>
      (await host.runtime.list()).filter((pod) => pod.identity.name.startsWith("web-")).length;
    await expect.poll(left, { timeout: patience }).toBe(0);
  });
});
