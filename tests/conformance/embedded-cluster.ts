import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openServer } from "@catalyst/adapter-http";
import { openClusters } from "@catalyst/adapter-kubernetes";
import { systemClock } from "@catalyst/base/clock";
import {
  localAuthority,
  mastersGroup,
  openKubernetes,
  type ServerControllerName,
} from "@catalyst/embedded-kubernetes";
import { openStore } from "@catalyst/embedded-store";
import { workloadControllers } from "@catalyst/embedded-workloads";
import { type Condition, nodes, pods } from "@catalyst/ports/kubernetes";
import { inProcess } from "@catalyst/ports/transport";
import { runControllers } from "@catalyst/reconciler";
import { fileLogger } from "../../core/apps/embedded/sovereign/logger.ts";
import { podmanNode, simulatedNode } from "./node.ts";

/**
 * An embedded cluster in a process of its own, without the platform around it: API server, controllers and a
 * node, simulated or, with an archive of images, on podman.
 * `node embedded-cluster.ts FOLDER TOKEN PORT [WITHOUT…] [--images ARCHIVE]`; it answers on
 * `https://127.0.0.1:PORT/clusters/conformance`, and writes FOLDER/kubeconfig when it is ready. SIGTERM ends it. The
 * server runs without the controllers named as WITHOUT.
 */

type Words = [folder: string, token: string, port: string, ...ServerControllerName[]];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { images: { type: "string" } },
});
const [folder, token, port, ...without] = positionals as Words;
const { images: archive } = values;
const clusterName = "conformance";
const logger = fileLogger(join(folder, "server.log"));
const clock = systemClock;
const store = await openStore({ dir: join(folder, "store") });
const authority = await localAuthority(join(folder, "authority"), clock);
const volumesFolder = join(folder, "volumes");
const nodeOptions = {
  folder,
  volumesFolder,
  authority,
  clusterHandler: () => server.clusterHandler(clusterName),
  clock,
  logger,
};
const { node, ...own } = await (archive === undefined
  ? simulatedNode(nodeOptions)
  : podmanNode(nodeOptions, archive));
const server = await openKubernetes({
  store,
  clock,
  logger,
  node,
  without,
  loopbackWebhooks: true,
  rootCertificate: authority.certificate,
  tokens: [{ token, user: { name: "admin", groups: [mastersGroup] } }],
});
const clusters = openClusters(inProcess(server.handler, { authorization: `Bearer ${token}` }), server);
await clusters.ensure(clusterName);
const controllers = runControllers({
  clusters,
  clock,
  logger,
  controllers: [...workloadControllers({ volumesFolder, signer: server }), ...own.controllers],
});
const ending = new AbortController();
await controllers.ready();
const running = node.run(controllers, ending.signal);
await meetNode();
const tls = { ...(await authority.issueServer()), clientCa: authority.certificate };
const listening = await openServer(server.handler, { logger, tls, port: Number(port) });
writeFileSync(join(folder, "kubeconfig"), kubeconfig(), { mode: 0o600 });

process.once("SIGTERM", async () => {
  ending.abort();
  await controllers.stop();
  await running;
  await listening.close();
  await own.close();
  await server.close();
  await store.close();
});

/** The cluster's Node is there from its first Pod on, and the tests look for one before they make any. */
async function meetNode(): Promise<void> {
  const client = clusters.client(clusterName);
  const place = { namespace: "default", name: "first" };
  const container = { name: "first", image: "first" };
  await client.create(pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: place,
    spec: { containers: [container] },
  });
  for await (const event of client.watch(nodes, {})) {
    if (event.type === "BOOKMARK") continue;
    const { conditions } = (event.object.status ?? {}) as { readonly conditions?: readonly Condition[] };
    if (conditions?.some(({ type, status }) => type === "Ready" && status === "True")) break;
  }
  await client.delete(pods, place);
}

function kubeconfig(): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: clusterName,
        cluster: {
          server: `https://127.0.0.1:${listening.port}/clusters/${clusterName}`,
          "certificate-authority-data": Buffer.from(authority.certificate).toString("base64"),
        },
      },
    ],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name: clusterName, context: { cluster: clusterName, user: "admin" } }],
    "current-context": clusterName,
  });
}
