import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { openTestCluster } from "@catalyst/embedded-workloads/testing";
import {
  isKubernetesError,
  type KubeObject,
  networkPolicies,
  type Pod,
  pods,
  type ResourceType,
} from "@catalyst/ports/kubernetes";
import { openPodmanHost } from "../podman/host.ts";
import { importBusybox } from "./busybox.ts";

/**
 * Clusters on podman in a process of their own, for tests that kill it: `node podman-process.ts FOLDER`. Makes what
 * FOLDER/objects.json has for each cluster where it isn't there, and prints `[{cluster, name, uid, address}, …]` once
 * all Pods run and the node has taken over what ran. SIGTERM stops it.
 */
const folder = process.argv[2] ?? "";
const objects = JSON.parse(readFileSync(join(folder, "objects.json"), "utf8")) as Readonly<
  Record<string, readonly KubeObject[]>
>;
const host = await openPodmanHost({ folder, clock: systemClock });
importBusybox(folder);
const { runtime, controllers, ready } = host;
const cluster = await openTestCluster({ runtime, controllers, ready, dir: join(folder, "store") });
const found = [];
for (const [name, wanted] of Object.entries(objects)) {
  await cluster.clusters.ensure(name);
  const client = cluster.clusters.client(name);
  for (const object of wanted) {
    const type = (object.kind === "Pod" ? pods : networkPolicies) as ResourceType;
    await client.create(type, object).catch((error: unknown) => {
      if (!isKubernetesError(error, "kubernetes-already-exists")) throw error;
    });
  }
  for (const { metadata } of wanted.filter(({ kind }) => kind === "Pod")) {
    let pod = await client.get<Pod>(pods, metadata);
    while (pod.status?.phase !== "Running") {
      await systemClock.sleep(100);
      pod = await client.get<Pod>(pods, metadata);
    }
    found.push({ cluster: name, name: metadata.name, uid: pod.metadata.uid, address: pod.status?.podIP });
  }
}
process.once("SIGTERM", async () => {
  await cluster.close();
  await host.stop();
});
process.stdout.write(`${JSON.stringify(found)}\n`);
