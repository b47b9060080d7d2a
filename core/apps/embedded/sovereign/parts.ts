import { membersOf } from "@catalyst/api";
import { openIngress } from "@catalyst/embedded-ingress";
import { Projection } from "@catalyst/projector";
import { openJudge } from "@catalyst/provisioning";
import { openSovereignThreads } from "../threads/sovereign-threads.ts";
import type { Claims } from "./claims.ts";
import { openControlPlane } from "./control-plane.ts";
import { openSovereignFlux } from "./flux.ts";
import { openNode } from "./node.ts";
import { openServers } from "./servers.ts";
import { type Start, servedDomain } from "./start.ts";

export type Parts = Awaited<ReturnType<typeof openParts>>;

/** Opens node, servers, threads, control plane and Flux. Nothing is reconciled or served yet. */
export async function openParts(
  { options, folder, late, opened }: Start,
  { door: { origin }, store, authority }: Claims,
) {
  const { clock, logger } = options;
  const sovereignNode = await openNode({
    choice: options.runtime,
    machineAccess: options.machineAccess,
    folder,
    authority,
    registryHost: new URL(origin).host,
    clusterHandler: (cluster) => servers.kubernetes.clusterHandler(cluster),
    clock,
    logger,
  });
  opened.defer(() => sovereignNode.close());
  const projection = new Projection();
  const servers = await openServers({
    store,
    folder,
    origin,
    clock,
    logger,
    node: sovereignNode.node,
    loopbackWebhooks: options.machineAccess.loopback === true,
    issuers: options.issuers,
    rootCertificate: authority.certificate,
    judge: (push, signal) => late.judge(push, signal),
    membersOf: (organization) => membersOf(projection, organization),
    webhooks: (request) => late.webhooks(request),
    opened,
  });
  const threads = openSovereignThreads();
  opened.defer(() => threads.close());
  const plane = await openControlPlane({
    servers,
    folder,
    work: threads.work,
    origin,
    sovereign: "local",
    domain: servedDomain,
    version: options.version,
    clock,
    logger,
  });
  late.judge = openJudge({
    provisioning: plane.provisioning,
    mayChange: (...asked) => servers.access.mayChange(...asked),
  });
  const flux = await openSovereignFlux({
    ...servers,
    folder: folder.artifacts,
    origin,
    work: threads.work,
    clock,
  });
  const ingress = openIngress({
    clusters: servers.clusters,
    port: Number(new URL(origin).port),
    issueCertificate: (dns) => authority.issueServer({ dns }),
    clock,
    logger,
  });
  return { sovereignNode, projection, servers, plane, flux, ingress };
}
