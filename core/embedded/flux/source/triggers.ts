import type { ObjectReference } from "@catalyst/ports/flux";
import type { KubeObject, ResourceType } from "@catalyst/ports/kubernetes";
import type { ReconcileRequest, Trigger } from "@catalyst/reconciler";
import { artifactFingerprint } from "../reconcile/interruption.ts";
import type { FluxObject } from "../reconcile/session.ts";
import { type SourceObject, sourceKey, sourceTypes } from "./reference.ts";

/** A change of a source, seen by whoever reads its artifact. */
export type IsNews = (source: SourceObject, previous: SourceObject | undefined) => boolean;

/** Whether a source has another artifact than before. */
export const hasOtherArtifact: IsNews = (source, previous) =>
  artifactFingerprint(source) !== artifactFingerprint(previous);

/** Wakes the objects of a kind by news of the source each of them reads. */
export function sourceTriggers<T extends FluxObject>(
  type: ResourceType<T>,
  referenceOf: (object: T) => ObjectReference | undefined,
  isNews: IsNews = hasOtherArtifact,
): readonly Trigger[] {
  return Object.values(sourceTypes).map((sourceType) =>
    erased({
      type: sourceType,
      requests: (cluster, source, previous, cache) => {
        if (!isNews(source, previous)) return [];
        return cache
          .list(cluster, type)
          .filter((item) => refersTo(referenceOf(item), item, source))
          .map((item) => requestOf(cluster, item));
      },
    }),
  );
}

/** Wakes the objects of a kind by changes of those they depend on (`spec.dependsOn`). */
export function dependencyTrigger<T extends FluxObject>(type: ResourceType<T>): Trigger {
  return erased({
    type,
    requests: (cluster, changed, _previous, cache) =>
      cache
        .list(cluster, type)
        .filter((item) =>
          (item.spec["dependsOn"] as readonly Dependency[] | undefined)?.some(
            (reference) =>
              reference.name === changed.metadata.name &&
              (reference.namespace ?? item.metadata.namespace) === changed.metadata.namespace,
          ),
        )
        .map((item) => requestOf(cluster, item)),
  });
}

interface Dependency {
  readonly name: string;
  readonly namespace?: string;
}

function refersTo(reference: ObjectReference | undefined, item: KubeObject, source: KubeObject): boolean {
  if (reference === undefined || reference.kind !== source.kind) return false;
  const { namespace, name } = sourceKey(reference, item.metadata.namespace ?? "");
  return name === source.metadata.name && namespace === source.metadata.namespace;
}

function requestOf(cluster: string, { metadata: { namespace, name } }: KubeObject): ReconcileRequest {
  return { cluster, namespace, name };
}

/** Triggers of different kinds in one list: each is only ever called with objects of its own. */
function erased<T extends KubeObject>(trigger: Trigger<T>): Trigger {
  return trigger as unknown as Trigger;
}
