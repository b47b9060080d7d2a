import type { Artifact, FluxStatus, ObjectReference } from "@catalyst/ports/flux";
import { gitRepositories, ociRepositories } from "@catalyst/ports/flux";
import type { ClusterClient, KubeObject, ResourceType } from "@catalyst/ports/kubernetes";

/** A source as the one who reads its artifact sees it. */
export interface SourceObject extends KubeObject {
  readonly status?: FluxStatus & { readonly artifact?: Artifact };
}

/** The kinds of sources that artifacts come from, by kind. */
export const sourceTypes: Readonly<Record<string, ResourceType<SourceObject>>> = {
  GitRepository: gitRepositories as ResourceType<SourceObject>,
  OCIRepository: ociRepositories as ResourceType<SourceObject>,
};

/** Where a reference leads from an object in `namespace`. */
export function sourceKey(
  reference: ObjectReference,
  namespace: string,
): { namespace: string; name: string } {
  return { namespace: reference.namespace ?? namespace, name: reference.name };
}

/** Reads the source a reference names; undefined when it doesn't exist or its kind isn't served here. */
export async function findSource(
  client: ClusterClient,
  reference: ObjectReference,
  namespace: string,
): Promise<SourceObject | undefined> {
  const type = sourceTypes[reference.kind];
  return type === undefined ? undefined : client.find(type, sourceKey(reference, namespace));
}
