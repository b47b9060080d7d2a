import { isKubernetesError, type ResourceType } from "@catalyst/ports/kubernetes";
import type { Transport } from "@catalyst/ports/transport";
import { documentOf } from "./answer.ts";

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Which kinds a cluster serves; asked once per group version, again when a kind isn't found. */
export class Discovery {
  readonly #transport: Transport;
  readonly #root: string;
  readonly #known = new Map<string, readonly ResourceType[]>();

  constructor(transport: Transport, root: string) {
    this.#transport = transport;
    this.#root = root;
  }

  async find(apiVersion: string, kind: string): Promise<ResourceType | undefined> {
    const known = this.#known.get(apiVersion)?.find((type) => type.kind === kind);
    if (known !== undefined) return known;
    const types = await this.#read(apiVersion);
    this.#known.set(apiVersion, types);
    return types.find((type) => type.kind === kind);
  }

  async #read(apiVersion: string): Promise<readonly ResourceType[]> {
    const slash = apiVersion.indexOf("/");
    const [group, version] =
      slash < 0 ? ["", apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
    const path = `${this.#root}${group === "" ? "/api" : `/apis/${group}`}/${version}`;
    try {
      const document = await documentOf(
        await this.#transport.request({ method: "GET", path, headers: { accept: "application/json" } }),
      );
      const { resources } = document as { readonly resources?: readonly ApiResource[] };
      return (resources ?? [])
        .filter((resource) => !resource.name.includes("/"))
        .map((resource) => ({
          group,
          version,
          kind: resource.kind,
          plural: resource.name,
          namespaced: resource.namespaced,
        }));
    } catch (error) {
      if (isKubernetesError(error, "kubernetes-not-found", "kubernetes-unknown-kind")) return [];
      throw error;
    }
  }
}
