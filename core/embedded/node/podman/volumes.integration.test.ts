import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configMaps, type Pod, pods, secrets } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canRunPodman, image } from "../testing/busybox.ts";
import {
  namespace,
  openPodmanCluster,
  type PodmanCluster,
  patience,
  shell,
  stay,
} from "../testing/podman-cluster.ts";

import { mountTable } from "./mounts.ts";

const options = { timeout: 2 * patience };

describe.skipIf(!(await canRunPodman(import.meta.filename)))(
  "the volumes of a Pod on podman",
  options,
  () => {
    let on: PodmanCluster;
    beforeAll(async () => {
      on = await openPodmanCluster();
      const metadata = { namespace };
      await on.cluster.client.create(configMaps, {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { ...metadata, name: "config" },
        data: { word: "old", other: "other" },
      });
      await on.cluster.client.create(secrets, {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { ...metadata, name: "secret" },
        data: { key: Buffer.from("hidden").toString("base64") },
      });
    });
    afterAll(() => on?.close());

    const at = (name: string, mountPath: string, more: object = {}) => ({
      volumeMounts: [{ name, mountPath, ...more }],
    });

    test("files are links through ..data, with the modes and the group they are to have", async () => {
      const script =
        "cd /v; readlink word a/key 2>/dev/null; readlink word; ls -lnL word a/key; cat word a/key; ls -d ..data";
      const sources = [
        { configMap: { name: "config", items: [{ key: "word", path: "word" }] } },
        { secret: { name: "secret", items: [{ key: "key", path: "a/key", mode: 0o400 }] } },
      ];
      const output = await on.printed("modes", script, {
        securityContext: { fsGroup: 1234 },
        volumes: [{ name: "v", projected: { sources, defaultMode: 0o640 } }],
        containers: [{ ...shell("main", script), ...at("v", "/v") }],
      });
      expect(output).toContain("..data/word");
      expect(output).toMatch(/^-rw-r----- .* 0 +1234 .* word$/m);
      expect(output).toMatch(/^-r--r----- .* 0 +1234 .* a\/key$/m);
      expect(output).toContain("oldhidden..data");
    });

    test("what a Pod is shown changes with it, all files of a volume at once", async () => {
      const script = `while true; do cat /labels/labels; echo; sleep 1; done`;
      const items = [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }];
      await on.create(
        "shown",
        {
          volumes: [{ name: "labels", downwardAPI: { items } }],
          containers: [{ ...shell("main", script), ...at("labels", "/labels") }],
        },
        { labels: { word: "old" } },
      );
      await on.until("shown", ({ status }) => status?.phase === "Running");
      await on.cluster.client.mergePatch(
        pods,
        { namespace, name: "shown" },
        { metadata: { labels: { word: "new" } } },
      );
      await expect.poll(() => on.log("shown"), { timeout: patience }).toContain('word="new"');
      expect(await on.log("shown")).toContain('word="old"');
    });

    test("a volume in memory is in memory, and no larger than it may be", async () => {
      const script = "grep ' /m ' /proc/mounts; head -c 2000000 /dev/zero > /m/x && echo too much";
      const output = await on.printed("memory", script, {
        volumes: [{ name: "m", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } }],
        containers: [{ ...shell("main", script), ...at("m", "/m") }],
      });
      expect(output).toMatch(/^tmpfs \/m tmpfs .*size=1024k/m);
      expect(output).not.toContain("too much");
    });

    test("a Pod whose volume holds more than it may is evicted", async () => {
      const script = `head -c 3000000 /dev/zero > /v/x; ${stay}`;
      await on.create("greedy", {
        volumes: [{ name: "v", emptyDir: { sizeLimit: "1Mi" } }],
        containers: [{ ...shell("main", script), ...at("v", "/v") }],
      });
      const pod = await on.until("greedy", ({ status }) => status?.phase === "Failed");
      expect(pod.status).toMatchObject({
        reason: "Evicted",
        message: 'Usage of EmptyDir volume "v" exceeds the limit "1Mi". ',
      });
      const disruption = pod.status?.conditions?.find(({ type }) => type === "DisruptionTarget");
      expect(disruption).toMatchObject({ status: "True", reason: "TerminationByKubelet" });
    });

    test("a part of a volume is mounted, made where it isn't there, and named by the environment", async () => {
      const script = "echo word > /part/file; cat /whole/of-main/deep/file";
      const container = {
        ...shell("main", script),
        env: [{ name: "WHO", value: "main" }],
        volumeMounts: [
          { name: "v", mountPath: "/part", subPathExpr: "of-$(WHO)/deep" },
          { name: "v", mountPath: "/whole" },
        ],
      };
      const volumes = [{ name: "v", emptyDir: {} }];
      expect(await on.printed("part", script, { volumes, containers: [container] })).toBe("word\n");
    });

    test("a container that starts again has its part of a volume once", async () => {
      const container = {
        ...shell("main", "echo word >> /v/file; exit 1"),
        ...at("v", "/v", { subPath: "part" }),
      };
      await on.create("part-again", { volumes: [{ name: "v", emptyDir: {} }], containers: [container] });
      const pod = await on.until(
        "part-again",
        ({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) > 0,
      );
      const own = (await mountTable()).filter(({ point }) => point.includes(pod.metadata.uid ?? "none"));
      expect(own.map(({ point }) => point.split("/").slice(-2))).toEqual([["1.parts", "0"]]);
    });

    test("cases 2, 4: a link in a volume leads a part of it nowhere else on the machine", async () => {
      const volume = join(on.shared, "volume");
      mkdirSync(volume);
      writeFileSync(join(on.shared, "outside"), "not yours");
      symlinkSync(on.shared, join(volume, "up"));
      symlinkSync("/etc", join(volume, "etc"));
      symlinkSync("/nowhere/at/all", join(volume, "dangling"));
      const volumes = [{ name: "v", hostPath: { path: volume } }];
      for (const [index, subPath] of ["up", "up/outside", "etc", "etc/passwd", "dangling/x"].entries()) {
        const name = `escape-${index}`;
        await on.create(name, {
          volumes,
          containers: [{ ...shell("main", stay), ...at("v", "/v", { subPath }) }],
        });
        const pod = await on.until(
          name,
          ({ status }) =>
            status?.containerStatuses?.[0]?.state?.waiting?.reason === "CreateContainerConfigError",
        );
        expect(pod.status?.containerStatuses?.[0]?.state?.waiting?.message).toContain("leaves its volume");
      }
    });

    test("a hostPath that isn't allowed isn't shown, neither by a link that is", async () => {
      symlinkSync("/etc", join(on.shared, "to-etc"));
      for (const [name, path] of [
        ["host-etc", "/etc"],
        ["host-link", join(on.shared, "to-etc")],
      ] as const) {
        const volumes = [{ name: "v", hostPath: { path } }];
        await on.create(name, { volumes, containers: [{ ...shell("main", stay), ...at("v", "/v") }] });
        await expect
          .poll(() => on.told(name), { timeout: patience })
          .toContain(
            `FailedMount: MountVolume.SetUp failed for volume "v" : hostPath ${path} isn't allowed on this node`,
          );
      }
    });

    test("a hostPath is what its type says, or the Pod waits", async () => {
      const volumes = [{ name: "v", hostPath: { path: join(on.shared, "none"), type: "Directory" } }];
      await on.create("typed", { volumes, containers: [{ ...shell("main", stay), ...at("v", "/v") }] });
      await expect
        .poll(async () => (await on.told("typed")).join(), { timeout: patience })
        .toContain("hostPath type check failed");
      const made = [{ name: "v", hostPath: { path: join(on.shared, "made"), type: "DirectoryOrCreate" } }];
      const script = "echo made > /v/x; cat /v/x";
      const containers = [{ ...shell("main", script), ...at("v", "/v") }];
      expect(await on.printed("made", script, { volumes: made, containers })).toBe("made\n");
    });

    test("an image is shown as a volume, and can't be changed", async () => {
      const script = "ls /image/bin/busybox; echo x > /image/x || echo read-only";
      const output = await on.printed("image", script, {
        volumes: [{ name: "v", image: { reference: image } }],
        containers: [{ ...shell("main", script), ...at("v", "/image") }],
      });
      expect(output).toContain("/image/bin/busybox");
      expect(output).toContain("read-only");
    });

    test("a way in a volume that variables make absolute is refused, as the kubelet does", async () => {
      const mount = { name: "v", mountPath: "/v", subPathExpr: "$(WAY)" };
      await on.create("absolute", {
        volumes: [{ name: "v", emptyDir: {} }],
        containers: [shell("main", "true", { env: [{ name: "WAY", value: "/tmp" }], volumeMounts: [mount] })],
      });
      const waits = (pod: Pod) => pod.status?.containerStatuses?.[0]?.state?.waiting;
      const pod = await on.until("absolute", (each) => waits(each)?.reason === "CreateContainerConfigError");
      expect(waits(pod)?.message).toBe("error SubPath `/tmp` must not be an absolute path");
    });

    test("a claim's folder is made for an ephemeral volume and goes with its Pod", async () => {
      const template = {
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
      };
      const script = "echo kept > /v/x; cat /v/x";
      const output = await on.printed("ephemeral", script, {
        volumes: [{ name: "v", ephemeral: { volumeClaimTemplate: template } }],
        containers: [{ ...shell("main", script), ...at("v", "/v") }],
      });
      expect(output).toBe("kept\n");
    });

    test("a Pod waits for a Secret it mounts, and begins when that is there", async () => {
      const script = "cat /v/key";
      await on.create("waits", {
        restartPolicy: "Never",
        volumes: [{ name: "v", secret: { secretName: "later" } }],
        containers: [{ ...shell("main", script), ...at("v", "/v") }],
      });
      await expect
        .poll(() => on.told("waits"), { timeout: patience })
        .toContain('FailedMount: MountVolume.SetUp failed for volume "v" : secret "later" not found');
      const data = { key: Buffer.from("came").toString("base64") };
      await on.cluster.client.create(secrets, {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { namespace, name: "later" },
        data,
      });
      await on.until("waits", ({ status }) => status?.phase === "Succeeded");
      expect(await on.log("waits")).toBe("came");
    });
  },
);
