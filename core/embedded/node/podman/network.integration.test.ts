import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { sha256Hex } from "@catalyst/base/digest";
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
import { runFolder } from "./run-folder.ts";

const namespace = "default";
/** Starting a Pod takes podman seconds on a busy machine (milliseconds). */
const patience = 90_000;

describe.skipIf(!(await canRunPodman(import.meta.filename)))(
  "Pods on podman",
  { timeout: 2 * patience },
  () => {
    let folder: string;
    let host: PodmanHost;
    let cluster: TestCluster;
    /** What Pods of the tests may see of the machine. */
    let kept: string;

    beforeAll(async () => {
      kept = realpathSync(mkdtempSync(join(tmpdir(), "catalyst-kept-")));
      folder = mkdtempSync(join(tmpdir(), "catalyst-podman-"));
      host = await openPodmanHost({ folder, clock: systemClock });
      importBusybox(folder);
      const { runtime, controllers } = host;
      cluster = await openTestCluster({ runtime, controllers, machineAccess: { paths: [kept] } });
    });

    let stopped = false;
    async function stop(): Promise<void> {
      if (stopped) return;
      stopped = true;
      await cluster.close();
      await host.stop();
    }

    afterAll(async () => {
      await stop();
      // What this test asked podman itself after the stop made the run-time folder again.
      for (const each of [folder, kept, runFolder(join(folder, "podman"))])
        rmSync(each, { recursive: true, force: true });
    });

    const serve: Container = {
      name: "web",
      image,
      command: ["sh", "-c", "hostname > /www/index.html; exec httpd -f -p 8080 -h /www"],
      ports: [{ name: "http", containerPort: 8080 }],
      readinessProbe: { httpGet: { port: "http", path: "/" }, periodSeconds: 1 },
    };

    /** The kernel's rules that are this folder's. */
    function rules(): string {
      const mark = sha256Hex(folder).slice(0, 8).toUpperCase();
      const all = execFileSync("iptables-save", { encoding: "utf8" });
      return all
        .split("\n")
        .filter((line) => line.includes(mark))
        .join("\n");
    }

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
        spec: {
          restartPolicy: "Never",
          containers: [{ name: "main", image, command: ["sh", "-c", script] }],
        },
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

    test("a Pod reaches the Service whose only Pod it is itself, every time", async () => {
      const own: Container = {
        ...serve,
        name: "own",
        command: ["sh", "-c", "echo own > /www/index.html; exec httpd -f -p 8080 -h /www"],
      };
      await cluster.client.create(deployments, deployment("own", 1, own));
      const service = await cluster.client.create(services, {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "own", namespace },
        spec: { selector: { app: "own" }, ports: [{ port: 80, targetPort: "http" }] },
      });
      await cluster.until(deployments, "own", (object) => object.status?.availableReplicas === 1);
      const [pod] = (await host.runtime.list()).filter(({ identity }) => identity.name.startsWith("own-"));
      if (pod === undefined) throw new Error("the Pod doesn't run");
      const script = `for n in 1 2 3 4 5 6 7 8 9 10; do fetch ${service.spec.clusterIP} || echo failed; done`;
      const signal = AbortSignal.timeout(patience);
      const { output } = await host.runtime.exec(pod.identity, "own", ["sh", "-c", script], signal);
      expect(output.trim().split("\n")).toEqual(Array.from({ length: 10 }, () => "own"));
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

    test("a cluster that is gone leaves no network, bridge or rule behind, and may come again", async () => {
      const network = networkName(join(folder, "pods"), "other-dev");
      const [{ subnets, network_interface: bridge }] = JSON.parse(
        podman(folder, ["network", "inspect", network]),
      );
      const subnet: string = subnets[0].subnet;
      expect(rules()).toContain(subnet);
      await cluster.clusters.remove("other-dev");
      await expect.poll(() => host.runtime.clusters(), { timeout: patience }).toEqual(["acme-dev"]);
      await expect.poll(() => rules(), { timeout: patience }).not.toContain(subnet);
      expect(podman(folder, ["network", "ls"])).not.toContain(network);
      expect(readdirSync("/sys/class/net")).not.toContain(bridge);
      await cluster.clusters.ensure("other-dev");
      expect(await runToEnd("again", "echo again", cluster.clusters.client("other-dev"))).toBe("again\n");
    });

    test("stopping gives containers their grace and leaves no rule, network or mount behind", async () => {
      const script = "trap 'echo ended > /kept/word; exit 0' TERM; while true; do sleep 1 & wait $!; done";
      const pod: Pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "graceful", namespace },
        spec: {
          terminationGracePeriodSeconds: 20,
          containers: [
            {
              name: "main",
              image,
              command: ["sh", "-c", script],
              volumeMounts: [{ name: "kept", mountPath: "/kept" }],
            },
          ],
          volumes: [{ name: "kept", hostPath: { path: kept } }],
        },
      };
      await cluster.client.create(pods, pod);
      const phase = async () =>
        (await cluster.client.get(pods, { namespace, name: "graceful" })).status?.phase;
      await expect.poll(phase, { timeout: patience }).toBe("Running");
      const network = networkName(join(folder, "pods"), "acme-dev");
      expect(podman(folder, ["network", "ls"])).toContain(network);
      await stop();
      expect(readFileSync(join(kept, "word"), "utf8")).toBe("ended\n");
      expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain(folder);
      expect(rules()).toBe("");
      expect(podman(folder, ["network", "ls"])).not.toContain(network);
      expect(podman(folder, ["ps", "--all", "--quiet"])).toBe("");
    });
  },
);
