import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Pod, pods } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canRunPodman } from "../testing/busybox.ts";
import {
  namespace,
  openPodmanCluster,
  type PodmanCluster,
  patience,
  shell,
  stay,
} from "../testing/podman-cluster.ts";

const options = { timeout: 2 * patience };

describe.skipIf(!(await canRunPodman(import.meta.filename)))("the life of a Pod on podman", options, () => {
  let on: PodmanCluster;
  beforeAll(async () => {
    on = await openPodmanCluster();
  });
  afterAll(() => on?.close());

  /** A volume that outlives its Pod, to look at afterwards. */
  const kept = () => ({ volumes: [{ name: "kept", hostPath: { path: on.shared } }] });
  const mounted = { volumeMounts: [{ name: "kept", mountPath: "/kept" }] };
  const written = (name: string) => readFileSync(join(on.shared, name), "utf8");
  const statusOf = ({ status }: Pod, name: string) =>
    [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].find(
      (each) => each.name === name,
    );

  test("init containers, a sidecar and containers start in order and end the other way round", async () => {
    const say = (word: string) => `echo ${word} >> /kept/order`;
    const staying = (word: string) =>
      `${say(`${word}+`)}; trap '${say(`${word}-`)}; exit 0' TERM; while true; do sleep 1 & wait $!; done`;
    await on.create("ordered", {
      ...kept(),
      terminationGracePeriodSeconds: 20,
      initContainers: [
        shell("first", say("first"), mounted),
        shell("side", staying("side"), { ...mounted, restartPolicy: "Always" }),
        shell("second", say("second"), mounted),
      ],
      containers: [shell("main", staying("main"), mounted)],
    });
    await on.until("ordered", (pod) => statusOf(pod, "main")?.ready === true);
    await on.cluster.client.delete(pods, { namespace, name: "ordered" });
    await on.cluster.gone(pods, "ordered");
    expect(written("order").split("\n")).toEqual(["first", "side+", "second", "main+", "main-", "side-", ""]);
  });

  test("a sidecar doesn't keep a Pod from completing", async () => {
    const side = shell("side", stay, { restartPolicy: "Always" });
    const main = shell("main", "exit 0");
    await on.create("completed", { restartPolicy: "Never", initContainers: [side], containers: [main] });
    const pod = await on.until("completed", ({ status }) => status?.phase === "Succeeded");
    expect(statusOf(pod, "side")?.state?.terminated).toBeDefined();
  });

  test("hooks run after the start and before the end, which wait for them", async () => {
    const lifecycle = {
      postStart: { exec: { command: ["sh", "-c", "sleep 1; echo started >> /kept/hooks"] } },
      preStop: { exec: { command: ["sh", "-c", "sleep 1; echo stopping >> /kept/hooks"] } },
    };
    const script = `trap 'echo ended >> /kept/hooks; exit 0' TERM; while true; do sleep 1 & wait $!; done`;
    const main = shell("main", script, { ...mounted, lifecycle });
    await on.create("hooked", { ...kept(), containers: [main], terminationGracePeriodSeconds: 20 });
    await on.until("hooked", (pod) => statusOf(pod, "main")?.ready === true);
    expect(written("hooks")).toBe("started\n");
    await on.cluster.client.delete(pods, { namespace, name: "hooked" });
    await on.cluster.gone(pods, "hooked");
    expect(written("hooks")).toBe("started\nstopping\nended\n");
  });

  test("a hook that fails ends its container, and says so in its status and not in an event", async () => {
    const lifecycle = { postStart: { exec: { command: ["sh", "-c", "echo a-secret; exit 3"] } } };
    await on.create("bad-hook", { containers: [shell("main", stay, { lifecycle })] });
    const pod = await on.until(
      "bad-hook",
      (each) => statusOf(each, "main")?.state?.waiting?.reason === "PostStartHookError",
    );
    expect(statusOf(pod, "main")?.state?.waiting?.message).toContain("exited with 3");
    await expect.poll(() => on.told("bad-hook")).toContain("FailedPostStartHook: PostStartHook failed");
    expect((await on.told("bad-hook")).join()).not.toContain("a-secret");
  });

  test("a hook that goes on and on doesn't hold up the end of its Pod", async () => {
    const lifecycle = { postStart: { exec: { command: ["sleep", "600"] } } };
    await on.create("long-hook", { containers: [shell("main", stay, { lifecycle })] });
    await expect
      .poll(() => on.told("long-hook"), { timeout: patience })
      .toContain("Started: Container started");
    await on.cluster.client.delete(pods, { namespace, name: "long-hook" });
    await expect
      .poll(() => on.cluster.client.find(pods, { namespace, name: "long-hook" }), { timeout: patience })
      .toBeUndefined();
  });

  test("a container's last message is the file it wrote, or the end of its log when it failed", async () => {
    const fallback = { terminationMessagePolicy: "FallbackToLogsOnError" };
    await on.create("messages", {
      restartPolicy: "Never",
      containers: [
        shell("file", "echo -n from the file > /dev/termination-log"),
        shell("path", "echo -n elsewhere > /tmp/word; exit 1", { terminationMessagePath: "/tmp/word" }),
        shell("log", "echo from the log; exit 1", fallback),
        shell("line", "echo a line; echo -n and no more; exit 1", fallback),
        shell("fine", "echo nobody asks", fallback),
      ],
    });
    const pod = await on.until("messages", ({ status }) => status?.phase === "Failed");
    const message = (name: string) => statusOf(pod, name)?.state?.terminated?.message;
    expect(["file", "path", "log", "line", "fine"].map(message)).toEqual([
      "from the file",
      "elsewhere",
      "from the log\n",
      "a line\nand no more",
      undefined,
    ]);
  });

  test("a container beyond its memory is OOMKilled", async () => {
    const hog = "x=a; while true; do x=$x$x; done";
    const resources = { limits: { memory: "16Mi" } };
    await on.create("hog", { restartPolicy: "Never", containers: [shell("main", hog, { resources })] });
    const pod = await on.until("hog", ({ status }) => status?.phase === "Failed");
    expect(statusOf(pod, "main")?.state?.terminated).toMatchObject({ reason: "OOMKilled", exitCode: 137 });
  });

  test("a Pod beyond its deadline fails and its containers end", async () => {
    await on.create("late", { activeDeadlineSeconds: 3, containers: [shell("main", stay)] });
    const pod = await on.until("late", ({ status }) => status?.phase === "Failed");
    expect(pod.status).toMatchObject({ reason: "DeadlineExceeded" });
    // On a slow machine the deadline comes before the container does.
    await on.until("late", (each) => statusOf(each, "main")?.state?.running === undefined);
  });

  test("a liveness probe has its container started anew, a readiness probe doesn't", async () => {
    const exec = (command: string) => ({ exec: { command: ["sh", "-c", command] }, periodSeconds: 1 });
    const livenessProbe = { ...exec("test -e /tmp/alive"), failureThreshold: 2 };
    const readinessProbe = exec("test -e /tmp/ready");
    const script = `touch /tmp/alive /tmp/ready; sleep 6; rm /tmp/ready /tmp/alive; ${stay}`;
    await on.create("probed", { containers: [shell("main", script, { livenessProbe, readinessProbe })] });
    await on.until("probed", (pod) => statusOf(pod, "main")?.ready === true);
    const pod = await on.until("probed", (each) => (statusOf(each, "main")?.restartCount ?? 0) > 0);
    expect(statusOf(pod, "main")?.lastState?.terminated).toBeDefined();
    const told = await on.told("probed");
    expect(told).toContain("Killing: Container main failed liveness probe, will be restarted");
    expect(told.join()).toContain("Unhealthy: Readiness probe failed");
  });

  test("deleting with less grace hurries an end that is under way", async () => {
    const deaf = "trap '' TERM; while true; do sleep 1; done";
    await on.create("deaf", { containers: [shell("main", deaf)], terminationGracePeriodSeconds: 600 });
    await on.until("deaf", (pod) => statusOf(pod, "main")?.ready === true);
    await on.cluster.client.delete(pods, { namespace, name: "deaf" });
    await expect.poll(() => on.told("deaf")).toContain("Killing: Stopping container main");
    await on.cluster.client.delete(pods, { namespace, name: "deaf" }, { gracePeriodSeconds: 1 });
    await on.cluster.gone(pods, "deaf");
  });
});
