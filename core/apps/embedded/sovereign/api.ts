import { Stream } from "@catalyst/api";
import { type ApiServer, openApi } from "@catalyst/api/server";
import { type Clock, rfc3339 } from "@catalyst/base/clock";
import { isCatalystError } from "@catalyst/base/errors";
import { applicationsKustomization } from "@catalyst/controllers/environment";
import { annotations } from "@catalyst/model/label";
import { applicationsNamespace, fluxNamespace } from "@catalyst/model/naming";
import type { SovereignView } from "@catalyst/model/view";
import { helmReleases, kustomizations } from "@catalyst/ports/flux";
import { sovereigns } from "@catalyst/ports/kubernetes";
import { objectsOf } from "@catalyst/projector";
import { openAudit } from "./audit.ts";
import { blueprintReader } from "./blueprint-reader.ts";
import type { SovereignIdentity } from "./identity.ts";
import { openOperations } from "./operations.ts";
import type { Parts } from "./parts.ts";
import type { Servers } from "./servers.ts";
import { type SovereignOptions, servedDomain } from "./start.ts";

/** Opens the API on the parts of this Sovereign; it is served by `routing`, and closed by who asked for it. */
export async function openSovereignApi(
  options: SovereignOptions,
  origin: string,
  parts: Parts,
  identity: SovereignIdentity,
): Promise<ApiServer> {
  const { clock, logger } = options;
  const { projection, servers, plane } = parts;
  return openApi({
    origin,
    projection,
    provisioning: plane.provisioning,
    organizations: plane.organizations,
    secrets: plane.secrets,
    blueprints: blueprintReader(plane.catalog),
    values: plane.values,
    clusters: servers.clusters,
    git: servers.git,
    operations: await openOperations(servers, clock),
    stream: new Stream(projection, String(clock.now())),
    signIn: identity.signIn,
    directory: identity.directory,
    access: {
      tokens: servers.tokens,
      sessions: servers.sessions,
      profile: (user) => servers.users.find(user),
    },
    sovereign: () => sovereignView(options, origin, parts),
    metrics: () => plane.recovery.metrics.text(),
    audit: openAudit(servers.spine, clock, logger),
    retry: (environment, application) => retry(servers, environment, application, clock),
    clock,
    logger,
  });
}

/** Has Flux apply the Environment's commits and carry out the Application's release again, at once. */
async function retry(
  { clusters }: Servers,
  environment: string,
  application: string,
  clock: Clock,
): Promise<void> {
  const now = rfc3339(clock.now());
  const requested = { [annotations.reconcileRequestedAt]: now };
  const forced = { ...requested, [annotations.resetAt]: now, [annotations.forceAt]: now };
  const client = clusters.client(environment);
  const release = { namespace: applicationsNamespace, name: application };
  const source = { namespace: fluxNamespace, name: applicationsKustomization };
  await client.mergePatch(kustomizations, source, { metadata: { annotations: requested } });
  try {
    await client.mergePatch(helmReleases, release, { metadata: { annotations: forced } });
  } catch (error) {
    // its commit isn't applied yet, which is what was asked for with the Kustomization
    if (!isCatalystError(error, "kubernetes-not-found")) throw error;
  }
}

function sovereignView(
  { version }: SovereignOptions,
  origin: string,
  { projection, sovereignNode }: Parts,
): SovereignView {
  const [own] = objectsOf(projection.sovereign, sovereigns);
  const embedded = (name: string, protocol: string) => ({ name, protocol, implementation: "embedded" });
  return {
    name: "local",
    domain: servedDomain,
    conditions: own?.status?.conditions ?? [],
    url: origin,
    version,
    runtime: sovereignNode.runtime,
    components: [
      embedded("clusters", "Kubernetes API"),
      embedded("GitOps", "Flux"),
      embedded("repositories", "Git and Gitea's API"),
      embedded("packages", "OCI distribution 1.1"),
      embedded("users", "OpenID Connect"),
      embedded("secrets", "Vault KV version 2"),
      embedded("events", "event log"),
    ],
    capabilities: { receiveVerdict: true },
  };
}
