import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { sha256Hex } from "@catalyst/base/digest";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canRunPodman, podman } from "../../testing/busybox.ts";
import { namespace, patience, shell } from "../../testing/podman-cluster.ts";
import { runFolder } from "../run-folder.ts";

const program = join(import.meta.dirname, "../../testing/podman-process.ts");

interface RunningPod {
  readonly cluster: string;
  readonly name: string;
  readonly uid: string;
  readonly address: string;
}

function pod(name: string): KubeObject {
  const script = "echo hello > /www/index.html; exec httpd -f -p 8080 -h /www";
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { role: name } },
    spec: { containers: [shell("main", script)], terminationGracePeriodSeconds: 1 },
  };
}

/** Lets nobody call `server` but `friend`. */
const policy: KubeObject = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "friends", namespace },
  spec: {
    podSelector: { matchLabels: { role: "server" } },
    ingress: [{ from: [{ podSelector: { matchLabels: { role: "friend" } } }] }],
  },
};

const clusters = ["acme-dev", "other-dev"];
const wholeCluster = [...["server", "friend", "stranger"].map(pod), policy];

describe.skipIf(!(await canRunPodman(import.meta.filename)))(
  "the packet rules of a Sovereign that is killed",
  { timeout: 4 * patience },
  () => {
    let folder: string;
    let child: ChildProcess | undefined;
    let found: readonly RunningPod[] = [];

    beforeAll(() => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), "catalyst-podman-")));
      const objects = Object.fromEntries(clusters.map((cluster) => [cluster, wholeCluster]));
      writeFileSync(join(folder, "objects.json"), JSON.stringify(objects));
    });
    afterAll(async () => {
      await end("SIGTERM");
      for (const each of [folder, runFolder(join(folder, "podman"))])
        rmSync(each, { recursive: true, force: true });
    });

    async function start(): Promise<readonly RunningPod[]> {
      child = spawn(process.execPath, [program, folder], { stdio: ["ignore", "pipe", "inherit"] });
      const ended = once(child, "exit").then(([code]) => {
        throw new Error(`it ended with ${code} before it was ready`);
      });
      const [line] = await Promise.race([once(createInterface(child.stdout!), "line"), ended]);
      ended.catch(() => undefined);
      return JSON.parse(line) as readonly RunningPod[];
    }

    async function end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    }

    /** Tells whether a Pod reaches another one, asked of podman itself: nobody else may be there to ask. */
    function reaches(from: string, to: string): boolean {
      const [caller, called] = [from, to].map((path) =>
        found.find(({ cluster, name }) => path === `${cluster}/${name}`),
      );
      const command = ["exec", `pod-${caller?.uid}-main-0`, "fetch", called?.address ?? "", "8080"];
      try {
        return podman(folder, command).trim() === "hello";
      } catch {
        return false;
      }
    }

    /** Who reaches a server; from the other cluster nobody may. */
    function ways(): readonly string[] {
      return clusters.flatMap((cluster) =>
        [`${cluster}/friend`, `${cluster}/stranger`, `${clusters.find((each) => each !== cluster)}/friend`]
          .filter((from) => reaches(from, `${cluster}/server`))
          .map((from) => `${from} ${cluster}`),
      );
    }

    const onlyFriends = clusters.map((cluster) => `${cluster}/friend ${cluster}`);

    /** This folder's rules, but for what counts or is numbered anew by each process. */
    function rules(): readonly string[] {
      const mark = sha256Hex(folder).slice(0, 8).toUpperCase();
      return execFileSync("iptables-save", { encoding: "utf8" })
        .split("\n")
        .filter((line) => line.includes(mark));
    }

    const ofPolicies = () => rules().filter((line) => line.includes("CAT-POL"));

    test("hold while it is dead", async () => {
      found = await start();
      await expect.poll(ways, { timeout: patience }).toEqual(onlyFriends);
      const before = rules();
      await end("SIGKILL");
      expect(rules()).toEqual(before);
      expect(ways()).toEqual(onlyFriends);
    });

    test("are taken over by the next start, which leaves no Pod open meanwhile", async () => {
      const before = ofPolicies();
      const starting = start();
      let isStarting = true;
      const started = starting.finally(() => {
        isStarting = false;
      });
      const open: string[] = [];
      while (isStarting) {
        for (const cluster of clusters)
          if (reaches(`${cluster}/stranger`, `${cluster}/server`)) open.push(cluster);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      expect(open).toEqual([]);
      expect(await started).toEqual(found);
      expect(ofPolicies()).toEqual(before);
      expect(ways()).toEqual(onlyFriends);
    });

    test("are gone when it is stopped after that, and so are networks, bridges and mounts", async () => {
      const bridges = () => readdirSync("/sys/class/net");
      const networks = () => podman(folder, ["network", "ls", "--format", "json"]);
      const own = JSON.parse(networks()) as readonly { name: string; network_interface: string }[];
      const mark = `cluster-${sha256Hex(join(folder, "pods")).slice(0, 8)}-`;
      const ours = own.filter(({ name }) => name.startsWith(mark));
      expect(ours).toHaveLength(clusters.length);
      for (const { network_interface: bridge } of ours) expect(bridges()).toContain(bridge);
      await end("SIGTERM");
      expect(rules()).toEqual([]);
      for (const { network_interface: bridge } of ours) expect(bridges()).not.toContain(bridge);
      expect(readdirSync("/etc/containers/networks").filter((name) => name.startsWith(mark))).toEqual([]);
      expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain(folder);
    });
  },
);
