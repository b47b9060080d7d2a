import { isKubernetesError, type ResourceType, type ServedApis } from "@catalyst/ports/kubernetes";
import type { Transport } from "@catalyst/ports/transport";
import { documentOf } from "./answer.ts";

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** How both halves of what is served are told at once, by Kubernetes from 1.27 on. */
const aggregated = ["v2", "v2beta1"]
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(",");

interface KindServed {
  readonly responseKind?: { readonly kind: string };
}

interface GroupDiscoveryList {
  readonly items: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources?: readonly (KindServed & { readonly subresources?: readonly KindServed[] })[];
    }[];
  }[];
}

/** A group and a version that can be served: whoever writes an object writes them, and they become part of a path. */
const groupVersion = /^(?:((?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)?)\/)?([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)$/;

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

  async served(): Promise<ServedApis> {
    const [version, core, groups] = await Promise.all([
      this.#get("/version"),
      this.#get("/api", aggregated),
      this.#get("/apis", aggregated),
    ]);
    const { gitVersion, major, minor } = version as ServedApis["version"];
    const apiVersions = new Set([core, groups].flatMap((list) => namesOf(list as GroupDiscoveryList)));
    return { version: { gitVersion, major, minor }, apiVersions: [...apiVersions].sort() };
  }

  async #get(path: string, accept = "application/json"): Promise<unknown> {
    const request = { method: "GET", path: `${this.#root}${path}`, headers: { accept } } as const;
    return documentOf(await this.#transport.request(request));
  }

  async #read(apiVersion: string): Promise<readonly ResourceType[]> {
    const [, group = "", version = ""] = groupVersion.exec(apiVersion) ?? [];
    if (version === "") return [];
    try {
      const document = await this.#get(`${group === "" ? "/api" : `/apis/${group}`}/${version}`);
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

/** The group versions and the kinds in them; a subresource's kind counts as one of the version it is served in. */
function namesOf({ items }: GroupDiscoveryList): string[] {
  return items.flatMap(({ metadata, versions }) =>
    versions.flatMap(({ version, resources = [] }) => {
      const group = metadata?.name ?? "";
      const apiVersion = group === "" ? version : `${group}/${version}`;
      const kinds = resources.flatMap((resource) => [resource, ...(resource.subresources ?? [])]);
      const named = kinds.flatMap(({ responseKind }) =>
        responseKind === undefined ? [] : [responseKind.kind],
      );
      return [apiVersion, ...named.map((kind) => `${apiVersion}/${kind}`)];
    }),
  );
}
