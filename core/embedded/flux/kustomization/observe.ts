import type { Artifact, Kustomization } from "@catalyst/ports/flux";
import { kustomizations } from "@catalyst/ports/flux";
import type { ClusterClient } from "@catalyst/ports/kubernetes";
import type { Session } from "../reconcile/session.ts";
import { findSource, sourceKey } from "../source/reference.ts";

/** What a Kustomization's reconcile depends on besides itself. */
export interface KustomizationFacts {
  readonly sourceExists: boolean;
  readonly artifact: Artifact | undefined;
  /** Why the first dependency that isn't ready keeps this one waiting. */
  readonly unready: string | undefined;
}

/** Reads the source and the dependencies. */
export async function observeKustomization(session: Session<Kustomization>): Promise<KustomizationFacts> {
  const { object, client } = session;
  const { namespace = "" } = object.metadata;
  const source = await findSource(client, object.spec.sourceRef, namespace);
  const artifact = source?.status?.artifact;
  const unready = artifact === undefined ? undefined : await unreadyDependency(client, object, artifact);
  return { sourceExists: source !== undefined, artifact, unready };
}

async function unreadyDependency(
  client: ClusterClient,
  object: Kustomization,
  artifact: Artifact,
): Promise<string | undefined> {
  for (const reference of object.spec.dependsOn ?? []) {
    const namespace = reference.namespace ?? object.metadata.namespace ?? "";
    const key = { namespace, name: reference.name };
    const dependency = await client.find(kustomizations, key);
    const reason = dependencyProblem(object, artifact, `${namespace}/${reference.name}`, dependency);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Says what keeps a dependency from being ready, in Flux's words; undefined when it is. */
export function dependencyProblem(
  object: Kustomization,
  artifact: Artifact,
  name: string,
  dependency: Kustomization | undefined,
): string | undefined {
  if (dependency === undefined) return `dependency '${name}' not found`;
  const { status, metadata, spec } = dependency;
  const ready = status?.conditions?.find((condition) => condition.type === "Ready");
  if (ready?.status !== "True" || status?.observedGeneration !== metadata.generation) {
    return `dependency '${name}' is not ready`;
  }
  const theirs = sourceKey(spec.sourceRef, metadata.namespace ?? "");
  const ours = sourceKey(object.spec.sourceRef, object.metadata.namespace ?? "");
  const sameSource =
    spec.sourceRef.kind === object.spec.sourceRef.kind &&
    theirs.name === ours.name &&
    theirs.namespace === ours.namespace;
  const behind = sameSource && status?.lastAppliedRevision !== artifact.revision;
  return behind ? `dependency '${name}' revision is not up to date` : undefined;
}
