import type { Clock } from "@catalyst/base/clock";
import { errorMessage } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import { isEnvironmentType, systemRepository } from "@catalyst/model/naming";
import { type EventSpine, encodeToken } from "@catalyst/ports/events";
import { helmReleases, kustomizations } from "@catalyst/ports/flux";
import type { GitHost, RepositoryRef } from "@catalyst/ports/git";
import {
  applications,
  blueprints,
  type Clusters,
  environments,
  events,
  managementCluster,
  nodes,
  organizations,
  pods,
  type ResourceType,
  sovereigns,
} from "@catalyst/ports/kubernetes";
import {
  collectCommits,
  type GitCollectorOptions,
  KubernetesCollector,
  objectsOf,
  type Projection,
  projectScope,
  stateBucket,
} from "@catalyst/projector";

/** The kinds that readers see something of. */
const collected: readonly ResourceType[] = [
  sovereigns,
  organizations,
  environments,
  blueprints,
  applications,
  helmReleases,
  kustomizations,
  pods,
  events,
  nodes,
];

export interface ProjectingOptions {
  readonly spine: EventSpine;
  readonly clusters: Clusters;
  readonly git: GitHost;
  readonly projection: Projection;
  readonly documents: GitCollectorOptions["documents"];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Collectors and projectors of all scopes. */
export interface Projecting {
  /** Takes in the commits of a repository that moved. */
  collect(repository: RepositoryRef): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Projects the Sovereign and each of its Environments, beginning and ending with the Environment. Resolves
 * once what was stored of the Sovereign is loaded.
 */
export async function startProjecting(options: ProjectingOptions): Promise<Projecting> {
  const { projection, spine, logger } = options;
  const stopped = new AbortController();
  const scopes = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();

  const begin = (scope: string): Promise<void> => {
    const abort = new AbortController();
    return new Promise((loaded) => {
      const done = projectScope(scope, { spine, projection, logger }, abort.signal, loaded).catch(
        (error: unknown) => {
          if (!abort.signal.aborted)
            logger.error("projecting stopped", { scope, error: errorMessage(error) });
          loaded();
        },
      );
      scopes.set(scope, { abort, done });
    });
  };

  const end = async (scope: string): Promise<void> => {
    const running = scopes.get(scope);
    scopes.delete(scope);
    running?.abort.abort();
    await running?.done;
    collector.forget(scope);
    projection.drop(scope);
    await spine.purge(`ws.${encodeToken(scope)}.>`);
    await spine.removeBucket(stateBucket(scope));
  };

  const collect = async (repository: RepositoryRef): Promise<void> => {
    const scope = scopeOf(repository);
    if (scope === undefined || !scopes.has(scope)) return;
    await collectCommits(repository, scope, projection.scope(scope), options);
  };

  const collector = new KubernetesCollector({
    ...options,
    types: collected,
    known: (type) => known(projection, type),
  });

  const follow = async (): Promise<void> => {
    const wanted = new Set(
      [...objectsOf(projection.sovereign, environments)].map((environment) => environment.metadata.name),
    );
    for (const scope of wanted) {
      if (scopes.has(scope)) continue;
      await begin(scope);
      await collect({ owner: scope.slice(0, scope.lastIndexOf("-")), name: scope }).catch((error: unknown) =>
        logger.warn("commits weren't collected", { scope, error: errorMessage(error) }),
      );
    }
    for (const scope of [...scopes.keys()])
      if (scope !== managementCluster && !wanted.has(scope)) await end(scope);
  };

  await begin(managementCluster);
  await follow();
  let following = Promise.resolve();
  const unsubscribe = projection.subscribe((scope, changes) => {
    if (
      scope !== managementCluster ||
      !changes.some((change) => change.key.startsWith("object/catalyst.openova.io/Environment/"))
    )
      return;
    following = following
      .then(follow)
      .catch((error: unknown) => logger.error("scopes weren't followed", { error: errorMessage(error) }));
  });
  const collecting = collector.run(stopped.signal);
  return {
    collect,
    async stop() {
      unsubscribe();
      stopped.abort();
      for (const { abort } of scopes.values()) abort.abort();
      await Promise.all([collecting, following, ...[...scopes.values()].map((scope) => scope.done)]);
    },
  };
}

function scopeOf({ owner, name }: RepositoryRef): string | undefined {
  if (owner === systemRepository.owner && name === systemRepository.name) return managementCluster;
  return name.startsWith(`${owner}-`) && isEnvironmentType(name.slice(owner.length + 1)) ? name : undefined;
}

function* known(projection: Projection, type: ResourceType) {
  for (const cluster of projection.scopes()) {
    for (const [key, record] of projection.scope(cluster).objects.get(`${type.group}/${type.kind}`) ?? [])
      yield { cluster, key, record };
  }
}
