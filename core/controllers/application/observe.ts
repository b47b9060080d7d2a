import { describeError } from "@catalyst/base/errors";
import type { Catalog } from "@catalyst/blueprint/catalog";
import type { Expansion } from "@catalyst/blueprint/expansion";
import { type ExpandFacts, expandDocument, pinnedRelease } from "@catalyst/blueprint/plan";
import type { Application } from "@catalyst/model/application";
import { applicationSecretName, applicationsNamespace, connectionSecretName } from "@catalyst/model/naming";
import { externalSecrets } from "@catalyst/ports/external-secrets";
import { helmReleases, ociRepositories } from "@catalyst/ports/flux";
import {
  applications,
  type ClusterName,
  ingresses,
  namespaces,
  nodes,
  pods,
  secrets,
} from "@catalyst/ports/kubernetes";
import type { ObjectCache } from "@catalyst/reconciler";
import type { ApplicationFacts, MirroredSecret } from "./facts.ts";

export interface ObserveOptions {
  readonly catalog: Catalog;
  /** What the platform says of an Environment's Applications. */
  place(environment: string): Pick<ExpandFacts, "platform" | "source">;
}

/** Reads everything the decision needs, all of it from the cache. */
export function observe(
  cluster: ClusterName,
  application: Application,
  cache: ObjectCache,
  options: ObserveOptions,
): ApplicationFacts {
  const { name } = application.metadata;
  const expanded = expand(cluster, application, options);
  const secret = (namespace: string, secretName: string) =>
    cache.get(cluster, secrets, { namespace, name: secretName });
  const given = { namespace: applicationsNamespace, name: applicationSecretName(name) };
  const mirrors = (expanded.expansion?.mirrors ?? []).map(
    (mirror): MirroredSecret => ({
      ...mirror,
      original: secret(mirror.namespace, mirror.name),
      copy: secret(name, mirror.name),
    }),
  );
  return {
    application,
    release: pinnedRelease(options.catalog, application.spec),
    ...expanded,
    namespace: cache.get(cluster, namespaces, { name }),
    source: cache.get(cluster, ociRepositories, { namespace: applicationsNamespace, name }),
    helmRelease: cache.get(cluster, helmReleases, { namespace: applicationsNamespace, name }),
    connection: secret(name, connectionSecretName(name)),
    mirrors,
    given: {
      reference: cache.get(cluster, externalSecrets, given),
      secret: cache.get(cluster, secrets, given),
      copy: secret(name, applicationSecretName(name)),
    },
    dependents: dependentsOf(name, cache.list(cluster, applications, applicationsNamespace)),
    pods: cache.list(cluster, pods, name),
    ingresses: cache.list(cluster, ingresses, name),
    nodes: cache.list(cluster, nodes),
  };
}

function expand(
  cluster: ClusterName,
  application: Application,
  { catalog, place }: ObserveOptions,
): { readonly expansion: Expansion | undefined; readonly expansionProblem: string | undefined } {
  const document = { name: application.metadata.name, spec: application.spec };
  try {
    return {
      expansion: expandDocument(document, { catalog, ...place(cluster) })?.expansion,
      expansionProblem: undefined,
    };
  } catch (error) {
    return { expansion: undefined, expansionProblem: describeError(error) };
  }
}

/** Applications bound to `name`, in alphabetical order; those being deleted don't count once they let go. */
function dependentsOf(name: string, siblings: readonly Application[]): readonly string[] {
  return siblings
    .filter((sibling) =>
      Object.values(sibling.spec.bindings ?? {}).some((binding) => binding.application === name),
    )
    .map((sibling) => sibling.metadata.name)
    .filter((sibling) => sibling !== name)
    .sort();
}
