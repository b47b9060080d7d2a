import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { type ListeningServer, openServer } from "@catalyst/adapter-http";
import { rfc3339, systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import {
  openRecoveryCluster,
  type RecoveryCluster,
  ready,
  snapshot,
  stuckRelease,
} from "@catalyst/controllers/release-recovery/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, jobPod, named, recoveryName, rendered } from "../../platform/flux/chart/tests/rendering.ts";
import { available } from "./available.ts";
import { imageArchive } from "./build.ts";
import { containersConf } from "./image.ts";
import { componentNamed, programPath } from "./lab.ts";

const run = promisify(execFile);
const checkout = resolve(import.meta.dirname, "../..");
const image = "localhost/catalyst:lab";

/** The image of the commands, built here on Debian's image, run as bp-flux's CronJob runs it. */
describe.skipIf(!(await available(import.meta.filename, "podman", "debian-image")))(
  "the image of the commands",
  () => {
    let folder: string;
    let cluster: RecoveryCluster;
    let server: ListeningServer;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "catalyst-lab-image-"));
      writeFileSync(join(folder, "containers.conf"), containersConf);
      // Storage of its own, and no network of its own, for which a machine that only builds needs nothing.
      const places = `--root ${folder}/storage --runroot ${folder}/run`;
      writeFileSync(
        join(folder, "podman"),
        `#!/bin/sh\nexport CONTAINERS_CONF=${folder}/containers.conf\ncommand=$1\nshift\ncase $command in build | run) set -- --network host "$@" ;; esac\nexec ${programPath("podman")} ${places} "$command" "$@"\n`,
      );
      chmodSync(join(folder, "podman"), 0o755);
      await podman("load", "--input", imageArchive(componentNamed("debian-image")));
      const words = [
        "--tag",
        image,
        "--debian",
        "localhost/catalyst-lab/debian",
        "--output",
        join(folder, "image.tar"),
      ];
      await run(process.execPath, [join(checkout, "scripts/image/build.ts"), ...words], {
        env: { ...process.env, CATALYST_CONTAINER_PROGRAM: join(folder, "podman") },
        maxBuffer: 16 * 1024 * 1024,
      });
      cluster = await openRecoveryCluster();
      server = await openServer(cluster.kubernetes.handler, { logger: silentLogger });
      const config = {
        "current-context": "c",
        contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
        clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${server.port}` } }],
        users: [{ name: "u", user: { token: "token-of-the-admin" } }],
      };
      writeFileSync(join(folder, "config"), JSON.stringify(config));
    });
    afterAll(async () => {
      await server?.close();
      await cluster?.close();
      await podman("rmi", "--all", "--force");
      rmSync(folder, { recursive: true, force: true });
    });

    const podman = (...words: readonly string[]) =>
      run(join(folder, "podman"), words, { cwd: folder, maxBuffer: 16 * 1024 * 1024 });

    /** Runs a container as the CronJob's securityContext says. */
    async function inContainer(words: readonly string[], ...more: readonly string[]): Promise<string> {
      const rights = [
        "--read-only",
        "--read-only-tmpfs=false",
        "--cap-drop",
        "ALL",
        "--security-opt",
        "no-new-privileges",
      ];
      const user = ["--user", "65532:65532", "--memory", "256m"];
      return (await podman("run", "--rm", ...rights, ...user, ...more, image, ...words)).stdout;
    }

    test("says what it can do, and is an OCI archive of its own", async () => {
      expect(await inContainer(["--help"])).toContain("recover releases");
      const { stdout } = await run("tar", ["--list", "--file", join(folder, "image.tar")]);
      expect(stdout.split("\n")).toEqual(expect.arrayContaining(["index.json", "oci-layout"]));
    });

    test("runs as nobody, and has no shell to run anything else with", async () => {
      const { stdout } = await podman("inspect", "--format", "{{.Config.User}}", image);
      expect(stdout.trim()).toBe("65532:65532");
      await expect(podman("run", "--rm", "--entrypoint", "/bin/sh", image)).rejects.toThrow(/no such file/);
    });

    test("corrects a stuck release with the words of the CronJob", async () => {
      const since = rfc3339(systemClock.now() - 600_000);
      await cluster.put(
        stuckRelease({ status: { history: [snapshot()], conditions: [ready("Unknown", since)] } }),
      );
      const job = named(await rendered(), "CronJob", recoveryName);
      const words = at(job, ...jobPod, "containers", 0, "args") as readonly string[];
      const mount = ["--volume", `${join(folder, "config")}:/config:ro`, "--env", "KUBECONFIG=/config"];
      expect(await inContainer(words, ...mount)).toContain("stuck-hr-recovery corrected shop/site branch=B ");
      expect((await cluster.get()).status?.conditions?.[0]).toMatchObject({ type: "Ready", status: "True" });
    });
  },
);
