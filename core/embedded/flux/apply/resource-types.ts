import {
  type ClusterClient,
  type KubeObject,
  KubernetesError,
  type ResourceType,
} from "@catalyst/ports/kubernetes";

/** How kinds are served in the clusters, remembered between reconciles. */
export class ResourceTypes {
  readonly #known = new Map<string, ResourceType>();

  /** Throws `kubernetes-unknown-kind`, worded as kubectl words it, when the cluster doesn't serve the kind. */
  async of(client: ClusterClient, apiVersion: string, kind: string): Promise<ResourceType> {
    const found = await this.find(client, apiVersion, kind);
    if (found !== undefined) return found;
    const message = `no matches for kind "${kind}" in version "${apiVersion}"`;
    throw new KubernetesError("kubernetes-unknown-kind", 404, "NotFound", message);
  }

  async find(client: ClusterClient, apiVersion: string, kind: string): Promise<ResourceType | undefined> {
    const key = `${client.cluster}\0${apiVersion}\0${kind}`;
    const known = this.#known.get(key) ?? (await client.resourceType(apiVersion, kind));
    if (known !== undefined) this.#known.set(key, known);
    return known;
  }

  /** Forgets a kind, since its definition may be gone. */
  forget(client: ClusterClient, object: Pick<KubeObject, "apiVersion" | "kind">): void {
    this.#known.delete(`${client.cluster}\0${object.apiVersion}\0${object.kind}`);
  }
}
