import { jsonEqual } from "@catalyst/base/json";
import {
  type ClusterClient,
  type ControllerRevision,
  controllerRevisions,
  isKubernetesError,
  type KubeObject,
  type PodTemplate,
} from "@catalyst/ports/kubernetes";
import type { ObjectCache } from "@catalyst/reconciler";
import { controllerOf, controllerReference } from "./owner.ts";
import { shortHash } from "./template.ts";

/** The label by which a Pod says of which stored template it is. */
export const revisionLabel = "controller-revision-hash";

/** The templates an owner had, oldest first. */
export function revisionsOf(
  cache: ObjectCache,
  cluster: string,
  owner: KubeObject,
): readonly ControllerRevision[] {
  return [...cache.ownedBy<ControllerRevision>(cluster, controllerRevisions, owner.metadata.uid ?? "")].sort(
    (a, b) => a.revision - b.revision,
  );
}

/** The template a revision stores. */
export function storedTemplate(revision: ControllerRevision): PodTemplate | undefined {
  const data = revision.data as { readonly spec?: { readonly template?: PodTemplate } } | undefined;
  return data?.spec?.template;
}

/**
 * Gives the revision of the owner's present template, stored if it isn't yet and made the newest if it was.
 */
export async function presentRevision(
  client: ClusterClient,
  owner: KubeObject,
  template: PodTemplate,
  known: readonly ControllerRevision[],
): Promise<ControllerRevision> {
  const newest = known.at(-1);
  const data = { spec: { template: { ...template, $patch: "replace" } } };
  const same = known.find((revision) => jsonEqual(revision.data, data));
  const next = (newest?.revision ?? 0) + 1;
  if (same !== undefined && same === newest) return same;
  if (same !== undefined) {
    const { name, namespace } = same.metadata;
    return client.mergePatch(controllerRevisions, { namespace, name }, { revision: next });
  }
  const hash = shortHash(template);
  const { namespace } = owner.metadata;
  const name = `${owner.metadata.name}-${hash}`;
  const revision: ControllerRevision = {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...template.metadata?.labels, [revisionLabel]: hash },
      ownerReferences: [controllerReference(owner)],
    },
    data,
    revision: next,
  };
  try {
    return await client.create(controllerRevisions, revision);
  } catch (error) {
    if (!isKubernetesError(error, "kubernetes-already-exists")) throw error;
    const there = await client.get<ControllerRevision>(controllerRevisions, { namespace, name });
    if (controllerOf(there)?.uid !== owner.metadata.uid) throw error;
    return there;
  }
}

/** Deletes revisions nobody uses beyond the history asked for, the oldest first. */
export async function dropRevisions(
  client: ClusterClient,
  known: readonly ControllerRevision[],
  used: ReadonlySet<string>,
  limit: number,
): Promise<void> {
  const unused = known.filter((revision) => !used.has(revision.metadata.name));
  for (const { metadata } of unused.slice(0, Math.max(0, unused.length - limit))) {
    const { name, namespace, uid } = metadata;
    await client.delete(controllerRevisions, { namespace, name }, { uid });
  }
}
