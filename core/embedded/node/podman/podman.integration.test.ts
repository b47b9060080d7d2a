import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { isCatalystError } from "@catalyst/base/errors";
import type { PodIdentity, VolumeSource } from "@catalyst/ports/containers";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canRunPodman, image, importBusybox, podman } from "../testing/busybox.ts";
import { unmountBelow } from "./mounts.ts";
import { runFolder } from "./run-folder.ts";
import { PodmanRuntime } from "./runtime.ts";
import { type PodmanService, startPodmanService } from "./service.ts";

describe.skipIf(!(await canRunPodman(import.meta.filename)))("podman", () => {
  let folder: string;
  let service: PodmanService;
  let runtime: PodmanRuntime;

  beforeAll(async () => {
    // Longer than what podman takes for its folder of run-time files, and than a socket's path may be.
    folder = join(mkdtempSync(join(tmpdir(), "catalyst-podman-")), "a-long-path".repeat(10));
    mkdirSync(folder);
    service = await startPodmanService({ folder: join(folder, "podman"), clock: systemClock });
    importBusybox(folder);
    runtime = open();
  });

  afterAll(async () => {
    await runtime.stopPods(0);
    for (const cluster of await runtime.clusters()) await runtime.removeCluster(cluster);
    await runtime.close();
    await service.stop();
    await unmountBelow(folder);
    for (const each of [dirname(folder), runFolder(join(folder, "podman"))])
      rmSync(each, { recursive: true, force: true });
  });

  function open(): PodmanRuntime {
    return new PodmanRuntime({
      socketPath: service.socketPath,
      podsFolder: join(folder, "pods"),
      seccompProfiles: join(folder, "seccomp"),
      clock: systemClock,
    });
  }

  async function start(
    name: string,
    container: Partial<Container>,
    volumes: ReadonlyMap<string, VolumeSource> = new Map(),
    more: Partial<Pod["spec"]> = {},
  ): Promise<{ identity: PodIdentity; pod: Pod }> {
    const identity = { cluster: "acme-dev", namespace: "n", name, uid: `uid-${name}` };
    const whole: Container = { name: "main", image, ...container };
    const pod: Pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: "n", uid: identity.uid },
      spec: { containers: [whole], ...more },
    };
    await runtime.createSandbox({ identity, pod, volumes });
    const { id: imageId = "" } = (await runtime.findImage(pod, whole)) ?? {};
    const env = [{ name: "GREETING", value: "hello" }];
    await runtime.startContainer(identity, { pod, container: whole, attempt: 0, env, imageId });
    return { identity, pod };
  }

  async function logOf(identity: PodIdentity): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of runtime.log(identity, "main", {})) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  test("a Pod on the machine's own network runs, also before any other Pod", async () => {
    const { identity, pod } = await start("host", { command: ["sh", "-c", "sleep 60"] }, new Map(), {
      hostNetwork: true,
    });
    expect((await runtime.inspect(pod, identity))?.containers[0]?.state).toBe("running");
    await runtime.removeSandbox(identity, 0);
  });

  test("a container runs with its environment, files, host name and command, and its end is seen", async () => {
    const content = new TextEncoder().encode("from a file");
    const files: VolumeSource = { type: "files", files: [{ path: "a/b.txt", content, mode: 0o644 }] };
    const changed = changeOf("uid-short");
    const { identity, pod } = await start(
      "short",
      {
        command: ["/bin/sh", "-c"],
        args: ["echo $GREETING; cat /config/a/b.txt; hostname; exit 3"],
        volumeMounts: [{ name: "config", mountPath: "/config", readOnly: true }],
      },
      new Map([["config", files]]),
    );
    expect(await changed).toBe(identity.uid);
    const [container] = (await runtime.inspect(pod, identity))?.containers ?? [];
    expect(container).toMatchObject({ name: "main", attempt: 0, state: "exited", exitCode: 3 });
    expect(await logOf(identity)).toBe("hello\nfrom a fileshort\n");
    await runtime.removeSandbox(identity, 0);
    expect(await runtime.inspect(pod, identity)).toBeUndefined();
  });

  test("a container that mustn't gain privileges can't", async () => {
    const script = ["sh", "-c", "cat /proc/self/status"];
    const { identity } = await start("plain", {
      command: script,
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"], add: ["CHOWN"] } },
    });
    await expect.poll(() => logOf(identity)).toMatch(/^NoNewPrivs:\s+1$/m);
    // Only CAP_CHOWN, the first of them.
    expect(await logOf(identity)).toMatch(/^CapBnd:\s+0{15}1$/m);
  });

  test("an attempt that has ended isn't run again when it is asked for once more", async () => {
    const container = { name: "main", image, command: ["sh", "-c", "echo once"] };
    const { identity, pod } = await start("once", container);
    await expect
      .poll(async () => (await runtime.inspect(pod, identity))?.containers[0]?.state)
      .toBe("exited");
    const imageId = (await runtime.findImage(pod, container))?.id ?? "";
    await runtime.startContainer(identity, { pod, container, attempt: 0, env: [], imageId });
    expect((await runtime.inspect(pod, identity))?.containers[0]?.state).toBe("exited");
    expect(await logOf(identity)).toBe("once\n");
  });

  test("a container does what the machine's own seccomp profile lets it", async () => {
    const syscalls = [{ names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO" }];
    mkdirSync(join(folder, "seccomp"));
    const profile = JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW", syscalls });
    writeFileSync(join(folder, "seccomp/no-folders.json"), profile);
    const { identity } = await start("profiled", {
      command: ["sh", "-c", "mkdir /tmp/x || echo refused"],
      securityContext: { seccompProfile: { type: "Localhost", localhostProfile: "no-folders.json" } },
    });
    await expect.poll(() => logOf(identity)).toContain("refused");
  });

  test("a running container is given other limits, and its usage is measured", async () => {
    const resources = { limits: { memory: "64Mi", cpu: "500m" } };
    const { identity, pod } = await start("busy", {
      command: ["sh", "-c", "while true; do :; done"],
      resources,
    });
    const before = await runtime.inspect(pod, identity);
    const larger = { name: "main", resources: { limits: { memory: "128Mi", cpu: "1" } } };
    await runtime.resizeContainer(identity, larger);
    // The one file or the other, by the version of the machine's control groups.
    const files = ["memory/memory.limit_in_bytes", "memory.max"].map((name) => `/sys/fs/cgroup/${name}`);
    const script = ["sh", "-c", `cat ${files.join(" ")} 2>/dev/null; true`];
    const { output } = await runtime.exec(identity, "main", script, AbortSignal.timeout(10_000));
    expect(output.trim()).toBe(String(128 * 2 ** 20));
    expect(await runtime.inspect(pod, identity)).toEqual(before);
    const usage = async () => {
      const all = await runtime.stats(identity.cluster);
      return all.find((each) => each.identity.uid === identity.uid)?.containers[0];
    };
    await expect.poll(usage).toMatchObject({ name: "main" });
    expect((await usage())?.cpuCores).toBeGreaterThan(0);
    expect((await usage())?.memoryBytes).toBeGreaterThan(0);
    await runtime.removeSandbox(identity, 0);
  });

  /** Resolves when the Pod is among those that changed. */
  async function changeOf(wanted: string): Promise<string> {
    const abort = new AbortController();
    for (;;) {
      try {
        for await (const { uid } of runtime.changes(abort.signal)) {
          if (uid !== wanted) continue;
          abort.abort();
          return uid;
        }
      } catch (error) {
        // Podman gives up a stream when it reads an event that is being written; the node asks for another too.
        if (!isCatalystError(error, "podman-failed")) throw error;
      }
    }
  }

  test("a web server in a Pod answers at the Pod's address, and commands run inside", async () => {
    const data: VolumeSource = { type: "empty", inMemory: false };
    const { identity, pod } = await start(
      "web",
      {
        command: ["/bin/sh", "-c", "echo page > /www/index.html; exec httpd -f -p 8080 -h /www"],
        volumeMounts: [{ name: "data", mountPath: "/www" }],
      },
      new Map([["data", data]]),
    );
    const address = (await runtime.inspect(pod, identity))?.address ?? "";
    await expect
      .poll(async () => (await fetch(`http://${address}:8080/`)).text().catch(String))
      .toBe("page\n");
    const signal = AbortSignal.timeout(10_000);
    expect(await runtime.exec(identity, "main", ["cat", "/www/index.html"], signal)).toEqual({
      exitCode: 0,
      output: "page\n",
    });
    expect((await runtime.exec(identity, "main", ["sh", "-c", "echo no >&2; exit 4"], signal)).exitCode).toBe(
      4,
    );
  });

  test("another runtime takes over what runs: the same container, started once", async () => {
    const before = (await runtime.list()).find((pod) => pod.identity.name === "web");
    await runtime.close();
    await service.stop();
    service = await startPodmanService({ folder: join(folder, "podman"), clock: systemClock });
    runtime = open();
    const after = (await runtime.list()).find((pod) => pod.identity.name === "web");
    expect(before).toBeDefined();
    expect(after).toEqual(before);
  });

  test("an image that can't be had is refused with podman's reason", async () => {
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { containers: [] } };
    const container = { name: "main", image: "127.0.0.1:1/none:1" };
    expect(await runtime.findImage(pod, container)).toBeUndefined();
    await expect(runtime.pullImage(pod, container, [])).rejects.toMatchObject({ code: "image-pull-failed" });
    await expect(runtime.findImage(pod, { name: "main", image: "A b" })).rejects.toMatchObject({
      code: "image-name-invalid",
    });
  });

  test("stopping all takes along a Pod that is being made, and none comes after it", async () => {
    const place = { cluster: "acme-dev", namespace: "n" };
    const planOf = (name: string) => ({
      identity: { ...place, name, uid: `uid-${name}` },
      pod: { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { containers: [] } },
      volumes: new Map<string, VolumeSource>(),
    });
    const making = runtime.createSandbox(planOf("almost"));
    await runtime.stopPods(0);
    await making;
    await expect(runtime.createSandbox(planOf("late"))).rejects.toMatchObject({
      code: "runtime-unavailable",
    });
    expect(await runtime.list()).toEqual([]);
    expect(podman(folder, ["ps", "--all", "--quiet"])).toBe("");
  });
});
