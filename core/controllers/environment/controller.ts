import { CatalystError, errorMessage } from "@catalyst/base/errors";
import { reasons } from "@catalyst/model/condition";
import type { Environment } from "@catalyst/model/environment";
import { finalizer } from "@catalyst/model/label";
import { applicationsNamespace, fluxNamespace, secretStoreName } from "@catalyst/model/naming";
import type { Organization } from "@catalyst/model/organization";
import { secretStores } from "@catalyst/ports/external-secrets";
import { gitRepositories, kustomizations } from "@catalyst/ports/flux";
import type { GitHost, RepositoryRef, Webhook } from "@catalyst/ports/git";
import {
  applications,
  type ClusterClient,
  clusterRoleBindings,
  environments,
  type KubeObject,
  namespaces,
  organizations,
  type ResourceType,
  secrets,
} from "@catalyst/ports/kubernetes";
import {
  type Controller,
  type ReconcileContext,
  type ReconcileRequest,
  type ReconcileResult,
  setFinalizers,
  type Trigger,
  writeStatus,
} from "@catalyst/reconciler";
import {
  environmentObjects,
  environmentSource,
  type RepositoryAccess,
  type SecretsAccess,
} from "./objects.ts";
import { emptyCluster } from "./removal.ts";
import { ensureEnvironmentRepository } from "./repository.ts";
import { deletingStatus, notReadyStatus, readyStatus } from "./status.ts";

export interface EnvironmentControllerOptions {
  readonly git: GitHost;
  /** How Flux reads an Environment's repository. */
  access(repository: RepositoryRef): Promise<RepositoryAccess>;
  /** How an Environment's cluster reads its part of the secret store. */
  secretsAccess(environment: string): SecretsAccess;
  /** Destroys every value of an Environment that is gone: another one of its name must not find them. */
  removeSecrets(environment: string): Promise<void>;
  /** The webhook by which pushes wake Flux; absent when the host tells in another way. */
  webhook(environment: string): Webhook | undefined;
  trustedKeys(): Readonly<Record<string, string>>;
  /** Makes the kinds an Environment's cluster needs be served there; idempotent. */
  installKinds(client: ClusterClient): Promise<void>;
}

const fieldManager = "catalyst-environment-controller";

/** How often what stands outside the cluster is looked at again, in milliseconds. */
const recheck = 10 * 60_000;

type Context = ReconcileContext<Environment>;

/**
 * Gives each Environment its repository, its cluster and the Flux objects that join the two, and takes them
 * away with it: Applications first, so that nothing is orphaned.
 */
export function environmentController(options: EnvironmentControllerOptions): Controller<Environment> {
  const owner = (cluster: string) => {
    const dash = cluster.lastIndexOf("-");
    return dash < 0 ? [] : [{ cluster: "management", namespace: cluster.slice(0, dash), name: cluster }];
  };
  return {
    name: "environment",
    type: environments,
    triggers: [
      { type: kustomizations, requests: (cluster) => owner(cluster) },
      { type: applications, requests: (cluster) => owner(cluster) },
      { type: secretStores, requests: (cluster) => owner(cluster) },
      organizationTrigger as unknown as Trigger,
    ],
    reconcile: (request, context) => reconcile(request, context, options),
  };
}

/** Environments wait for their Organization, so its getting ready wakes them. */
const organizationTrigger: Trigger<Organization> = {
  type: organizations,
  requests: (cluster, organization, previous, cache) =>
    isReady(organization) && !isReady(previous)
      ? cache
          .list(cluster, environments, organization.metadata.name)
          .map(({ metadata: { namespace, name } }) => ({ cluster, namespace, name }))
      : [],
};

function isReady(object: Environment | Organization | undefined): boolean {
  return (
    object?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false
  );
}

async function reconcile(
  request: ReconcileRequest,
  context: Context,
  options: EnvironmentControllerOptions,
): Promise<ReconcileResult> {
  const environment = context.object;
  if (environment === undefined) return { outcome: "settled" };
  const client = context.clusters.client(request.cluster);
  const finalizers = environment.metadata.finalizers ?? [];
  if (environment.metadata.deletionTimestamp !== undefined) {
    return finalizers.includes(finalizer)
      ? remove(environment, client, context, options)
      : { outcome: "settled" };
  }
  if (!finalizers.includes(finalizer)) {
    await setFinalizers(client, environments, environment, [...finalizers, finalizer]);
    return { outcome: "settled" };
  }
  if (environment.spec.suspended === true) return { outcome: "settled" };
  const isDue = await needsSetUp(environment, context, options);
  const { organization } = environment.spec;
  if (isDue && !isReady(context.cache.get(request.cluster, organizations, { name: organization }))) {
    const reason = `It waits until Organization ${organization} is ready.`;
    await writeStatus(client, environments, environment, notReadyStatus(reason), context.clock);
    return { outcome: "waiting", reason, recheckAfter: recheck };
  }
  try {
    const repositoryUrl = isDue
      ? await setUp(environment, context, options)
      : environment.status?.repositoryUrl;
    await writeStatus(
      client,
      environments,
      environment,
      readyStatus(environment, repositoryUrl, context.cache),
      context.clock,
    );
    return { outcome: "settled", recheckAfter: recheck };
  } catch (error) {
    await writeStatus(client, environments, environment, notReadyStatus(errorMessage(error)), context.clock);
    throw error;
  }
}

/**
 * Once it is set up, only a change of the spec, a missing cluster, or a Git host or secret store that moved calls for
 * doing it again.
 */
async function needsSetUp(
  environment: Environment,
  { cache }: Context,
  options: EnvironmentControllerOptions,
): Promise<boolean> {
  const { name, generation } = environment.metadata;
  const current = environment.status?.observedGeneration === generation && isReady(environment);
  const source = cache.get(name, gitRepositories, { namespace: fluxNamespace, name: environmentSource });
  const { url } = await options.access({ owner: environment.spec.organization, name });
  const at = { namespace: applicationsNamespace, name: secretStoreName };
  const server = cache.get(name, secretStores, at)?.spec.provider?.vault?.server;
  return !current || source?.spec.url !== url || server !== options.secretsAccess(name).server;
}

async function setUp(
  environment: Environment,
  { clusters }: Context,
  options: EnvironmentControllerOptions,
): Promise<string> {
  const { name } = environment.metadata;
  const ref = { owner: environment.spec.organization, name };
  await refuseLostRepository(options.git, environment, ref);
  const repository = await ensureEnvironmentRepository(options.git, environment);
  const webhook = options.webhook(name);
  if (webhook !== undefined) await options.git.ensureWebhook(ref, webhook);
  await clusters.ensure(name);
  const client = clusters.client(name);
  await options.installKinds(client);
  const objects = environmentObjects({
    organization: environment.spec.organization,
    environment: name,
    access: await options.access(ref),
    secrets: options.secretsAccess(name),
    trustedKeys: options.trustedKeys(),
  });
  const types: Readonly<Record<string, ResourceType>> = { Namespace: namespaces, Secret: secrets };
  for (const object of objects.plain) await apply(client, types[object.kind] ?? namespaces, object);
  for (const binding of objects.bindings) await apply(client, clusterRoleBindings, binding);
  await apply(client, secretStores, objects.secretStore);
  await apply(client, gitRepositories, objects.source);
  await apply(client, kustomizations, objects.kustomization);
  return repository.cloneUrl;
}

/** An empty repository in the place of a lost one would take away all that is installed. */
async function refuseLostRepository(
  git: GitHost,
  environment: Environment,
  ref: RepositoryRef,
): Promise<void> {
  if (environment.status?.revision === undefined || (await git.repository(ref)) !== undefined) return;
  throw new CatalystError(
    "git-repository-missing",
    `the repository ${ref.owner}/${ref.name} is gone, restore it from a backup`,
  );
}

async function apply<T extends KubeObject>(
  client: ClusterClient,
  type: ResourceType<T>,
  object: T,
): Promise<void> {
  await client.apply(type, object, { fieldManager, force: true });
}

/** The Kustomization goes first and prunes; what Applications hold goes with them; then the rest. */
async function remove(
  environment: Environment,
  client: ClusterClient,
  context: Context,
  options: EnvironmentControllerOptions,
): Promise<ReconcileResult> {
  const { name } = environment.metadata;
  if ((await context.clusters.names()).includes(name)) {
    const left = await emptyCluster(context.clusters.client(name));
    if (left !== undefined) {
      await writeStatus(client, environments, environment, deletingStatus(left.message), context.clock);
      return { outcome: "waiting", reason: reasons.deleting, recheckAfter: left.recheckAfter };
    }
    await context.clusters.remove(name);
  }
  await options.removeSecrets(name);
  await options.git.deleteRepository({ owner: environment.spec.organization, name });
  await setFinalizers(
    client,
    environments,
    environment,
    (environment.metadata.finalizers ?? []).filter((item) => item !== finalizer),
  );
  return { outcome: "settled" };
}
