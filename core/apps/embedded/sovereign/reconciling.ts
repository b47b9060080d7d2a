import { pushReceiver } from "@catalyst/adapter-gitea";
import { environmentSource } from "@catalyst/controllers/environment";
import { workloadControllers } from "@catalyst/embedded-workloads";
import { fluxNamespace, systemRepository } from "@catalyst/model/naming";
import type { RepositoryRef } from "@catalyst/ports/git";
import { managementCluster } from "@catalyst/ports/kubernetes";
import { type RunningControllers, runControllers } from "@catalyst/reconciler";
import { documentReader } from "./documents.ts";
import { installKinds } from "./kinds.ts";
import type { Parts } from "./parts.ts";
import { startProjecting } from "./projecting.ts";
import { publishCheckout } from "./publish.ts";
import { secretsControllers } from "./secrets.ts";
import type { Start } from "./start.ts";
import { systemSource } from "./system-repository.ts";

/** Starts the controllers and the projection, and lets pushes reach both. */
export async function startReconciling(
  start: Start,
  origin: string,
  parts: Parts,
): Promise<RunningControllers> {
  const { options, folder, late, opened } = start;
  const { clock, logger } = options;
  const { sovereignNode, projection, servers, plane, flux, ingress } = parts;
  // the catalog comes before the controllers: what it doesn't have, they refuse
  await Promise.all([
    installKinds(servers.clusters.client(managementCluster), "management"),
    fillCatalog(start, parts),
  ]);
  const running = runControllers({
    clusters: servers.clusters,
    controllers: [
      ...plane.controllers,
      ...flux.controllers,
      ...secretsControllers({ origin, secretStore: servers.secretStore }),
      ...workloadControllers({ volumesFolder: folder.volumes, signer: servers.kubernetes }),
      ...sovereignNode.controllers,
      ...ingress.controllers,
    ],
    clock,
    logger,
  });
  opened.defer(() => running.stop());
  const projecting = await startProjecting({
    ...servers,
    projection,
    documents: documentReader(plane.provisioning),
    clock,
    logger,
  });
  opened.defer(() => projecting.stop());
  late.webhooks = pushReceiver({
    secretOf: () => plane.webhook.secret,
    logger,
    onPush: async ({ repository }) => {
      flux.requestReconcile(running, {
        kind: "GitRepository",
        namespace: fluxNamespace,
        ...sourceOf(repository),
      });
      await projecting.collect(repository);
    },
  });
  return running;
}

/** Reads the catalog, publishes what the checkout has beyond it, and reads that too. */
async function fillCatalog({ options }: Start, { servers, plane }: Parts): Promise<void> {
  await plane.loadCatalog();
  const outcomes = await publishCheckout({
    ...options,
    registry: servers.registry,
    catalog: plane.catalog,
    remembered: await servers.spine.bucket("published-folders"),
    key: plane.signingKey,
  });
  if (outcomes.some(({ outcome }) => outcome === "published")) await plane.loadCatalog();
}

/** The Flux source that reads a repository, and the cluster it is in. */
function sourceOf({ owner, name }: RepositoryRef) {
  return owner === systemRepository.owner
    ? { cluster: managementCluster, name: systemSource }
    : { cluster: name, name: environmentSource };
}
