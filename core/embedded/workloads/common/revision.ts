import { canonicalJson, jsonEqual } from "@catalyst/base/json";
import {
  type ClusterClient,
  type ControllerRevision,
  controllerRevisions,
  isKubernetesError,
  type KubeObject,
  type LabelSelector,
  type PodTemplate,
} from "@catalyst/ports/kubernetes";
import type { ReconcileContext, ReconcileRequest } from "@catalyst/reconciler";
import { type Claim, cachedClaim, liveClaim } from "./claim.ts";
import { controllerOf, controllerReference } from "./owner.ts";
import { shortHash } from "./template.ts";

/** The label by which a Pod says of which stored template it is. */
export const revisionLabel = "controller-revision-hash";

/** The label of a stored template with its hash, where Pods say its name. */
export const storedHashLabel = "controller.kubernetes.io/hash";

/** An owner that stores the templates it had. */
export interface RevisionOwner extends KubeObject {
  readonly spec: {
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly revisionHistoryLimit?: number;
  };
  readonly status?: { readonly collisionCount?: number };
}

/** The templates of an owner. */
export interface History {
  /** Oldest first. */
  readonly known: readonly ControllerRevision[];
  /** The one of its present template. */
  readonly latest: ControllerRevision;
  /** How often a name was taken by another owner's. */
  readonly collisions: number;
}

/** Gives the owner's history, with the present template in it as the newest; `hashLabel` names its hash. */
export async function recordRevision(
  request: ReconcileRequest,
  context: Pick<ReconcileContext, "clusters" | "cache" | "signal">,
  owner: RevisionOwner,
  hashLabel: string,
): Promise<History> {
  const { selector } = owner.spec;
  const claim: Claim<ControllerRevision> = { request, context, owner, type: controllerRevisions, selector };
  const cached = cachedClaim(claim);
  const objects = cached.isSettled ? cached.objects : await liveClaim(claim);
  const known = [...objects].sort((a, b) => a.revision - b.revision);
  const client = context.clusters.client(request.cluster);
  const data = sorted({ spec: { template: { ...owner.spec.template, $patch: "replace" } } });
  const newest = known.at(-1);
  const same = known.findLast((revision) => jsonEqual(revision.data, data));
  const collisions = owner.status?.collisionCount ?? 0;
  if (same !== undefined && same === newest) return { known, latest: same, collisions };
  const revision = (newest?.revision ?? 0) + 1;
  if (same === undefined)
    return createRevision(client, owner, data, { known, collisions, hashLabel }, revision);
  const { name, namespace } = same.metadata;
  const latest = await client.mergePatch(controllerRevisions, { namespace, name }, { revision });
  return { known, latest, collisions };
}

/** In the order of its keys: clients compare revisions byte by byte with what Go prints of a template. */
function sorted(data: unknown): unknown {
  return JSON.parse(canonicalJson(data));
}

async function createRevision(
  client: ClusterClient,
  owner: RevisionOwner,
  data: unknown,
  { hashLabel, ...history }: Pick<History, "known" | "collisions"> & { readonly hashLabel: string },
  revision: number,
): Promise<History> {
  const { namespace, annotations } = owner.metadata;
  for (let { collisions } = history; ; collisions++) {
    const hash = shortHash(owner.spec.template, collisions);
    const name = `${owner.metadata.name.slice(0, 223)}-${hash}`;
    const object: ControllerRevision = {
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        labels: { ...owner.spec.template.metadata?.labels, [hashLabel]: hash },
        ...(annotations === undefined ? {} : { annotations }),
        ownerReferences: [controllerReference(owner)],
      },
      data,
      revision,
    };
    try {
      const latest = await client.create(controllerRevisions, object);
      return { ...history, latest, collisions };
    } catch (error) {
      if (!isKubernetesError(error, "kubernetes-already-exists")) throw error;
      const there = await client.find<ControllerRevision>(controllerRevisions, { namespace, name });
      const isOurs = there !== undefined && controllerOf(there)?.uid === owner.metadata.uid;
      if (isOurs && jsonEqual(there.data, data)) return { ...history, latest: there, collisions };
    }
  }
}

/** The template a revision stores. */
export function storedTemplate(revision: ControllerRevision): PodTemplate | undefined {
  const data = revision.data as { readonly spec?: { readonly template?: PodTemplate } } | undefined;
  const { $patch: _patch, ...template } = (data?.spec?.template ?? {}) as PodTemplate & { $patch?: unknown };
  return template.spec === undefined ? undefined : template;
}

/** Deletes revisions nobody uses beyond the history asked for, the oldest first. */
export async function dropRevisions(
  client: ClusterClient,
  known: readonly ControllerRevision[],
  isUsed: (revision: ControllerRevision) => boolean,
  limit: number,
): Promise<void> {
  const unused = known.filter((revision) => !isUsed(revision));
  for (const { metadata } of unused.slice(0, Math.max(0, unused.length - limit))) {
    const { name, namespace, uid } = metadata;
    await client.delete(controllerRevisions, { namespace, name }, { uid });
  }
}
