import {
  type ClusterClient,
  isKubernetesError,
  type KubeObject,
  type ResourceType,
} from "@catalyst/ports/kubernetes";

/** Takes a finalizer from an object, whatever else changes it meanwhile; nothing when the object is gone. */
export async function removeFinalizer<T extends KubeObject>(
  client: ClusterClient,
  type: ResourceType<T>,
  object: T,
  finalizer: string,
): Promise<void> {
  const { name, namespace, uid } = object.metadata;
  for (let known: T | undefined = object; known !== undefined; ) {
    const { finalizers = [], resourceVersion } = known.metadata;
    if (known.metadata.uid !== uid || !finalizers.includes(finalizer)) return;
    const left = finalizers.filter((each) => each !== finalizer);
    const metadata = { resourceVersion, finalizers: left.length === 0 ? null : left };
    try {
      await client.mergePatch(type, { namespace, name }, { metadata });
      return;
    } catch (error) {
      if (isKubernetesError(error, "kubernetes-not-found")) return;
      if (!isKubernetesError(error, "kubernetes-conflict")) throw error;
      known = await client.find(type, { namespace, name });
    }
  }
}
