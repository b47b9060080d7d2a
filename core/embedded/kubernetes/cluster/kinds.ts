import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { ResourceKind } from "../machinery/index.ts";
import { compareVersions } from "./version-order.ts";

/** The key a resource is stored under, whatever the version; Events of both their groups under one. */
export function resourceKey(kind: Pick<ResourceKind, "group" | "plural">): string {
  if (kind.group === "events.k8s.io" && kind.plural === "events") return "/events";
  return `${kind.group}/${kind.plural}`;
}

/** The apiVersion of builtin objects that are served in several, by the key they are stored under. */
const storedVersions: Readonly<Record<string, string>> = {
  "/events": "v1",
  "autoscaling/horizontalpodautoscalers": "autoscaling/v2",
};

/** What one CustomResourceDefinition serves. */
export interface CustomKinds {
  readonly kinds: readonly ResourceKind[];
  /** The version objects are stored in; not necessarily served. */
  readonly storageVersion: string;
  readonly definition: KubeObject;
}

/** Kinds by what they are looked for; made once for each set of kinds. */
class KindIndex {
  readonly all: readonly ResourceKind[];
  readonly #byPath: ReadonlyMap<string, ResourceKind>;
  readonly #byKind: ReadonlyMap<string, ResourceKind>;
  readonly #byStored: ReadonlyMap<string, readonly ResourceKind[]>;

  constructor(kinds: readonly ResourceKind[]) {
    this.all = kinds;
    this.#byPath = new Map(kinds.map((kind) => [pathOf(kind.apiVersion, kind.plural), kind]));
    this.#byKind = new Map(kinds.map((kind) => [pathOf(kind.apiVersion, kind.kind), kind]));
    this.#byStored = Map.groupBy(kinds, resourceKey);
  }

  find(apiVersion: string, plural: string): ResourceKind | undefined {
    return this.#byPath.get(pathOf(apiVersion, plural));
  }

  findKind(apiVersion: string, kind: string): ResourceKind | undefined {
    return this.#byKind.get(pathOf(apiVersion, kind));
  }

  /** Those that show what is stored under a key, in order. */
  stored(resource: string): readonly ResourceKind[] {
    return this.#byStored.get(resource) ?? [];
  }
}

/** The builtin kinds, indexed once for all clusters. */
export class BuiltinKinds extends KindIndex {}

/** The kinds one cluster serves: the builtin ones and those of its CustomResourceDefinitions. */
export class ClusterKinds {
  readonly #builtin: BuiltinKinds;
  /** By the definition's name. */
  readonly #custom = new Map<string, CustomKinds>();
  /** All kinds; undefined until somebody asks after a change. */
  #index: KindIndex | undefined;

  constructor(builtin: BuiltinKinds) {
    this.#builtin = builtin;
  }

  /** Serves, changes or (undefined) stops serving what a definition says. */
  setCustom(definition: string, kinds: CustomKinds | undefined): void {
    if (kinds === undefined) this.#custom.delete(definition);
    else this.#custom.set(definition, kinds);
    this.#index = undefined;
  }

  custom(definition: string): CustomKinds | undefined {
    return this.#custom.get(definition);
  }

  /** By group, version and plural. */
  find(group: string, version: string, plural: string): ResourceKind | undefined {
    const apiVersion = apiVersionFor(group, version);
    return (
      this.#builtin.find(apiVersion, plural) ??
      this.#custom.get(`${plural}.${group}`)?.kinds.find((kind) => kind.version === version)
    );
  }

  /** By apiVersion and kind, as an object names itself. */
  findKind(apiVersion: string, kind: string): ResourceKind | undefined {
    return this.#builtin.findKind(apiVersion, kind) ?? this.#indexed().findKind(apiVersion, kind);
  }

  /** Any served version of a resource, by the key it is stored under. */
  findStored(resource: string): ResourceKind | undefined {
    return this.#indexed().stored(resource)[0];
  }

  /** The other kinds that show the same stored objects: in another version, or another group. */
  equivalents(kind: ResourceKind): readonly ResourceKind[] {
    const shown = this.#indexed().stored(resourceKey(kind));
    return shown.filter(({ apiVersion }) => apiVersion !== kind.apiVersion);
  }

  /** All kinds in discovery's order: builtin first, then by group, the preferred version of each first. */
  all(): readonly ResourceKind[] {
    return this.#indexed().all;
  }

  /** The apiVersion objects of this kind are stored with. */
  storedApiVersion(kind: ResourceKind): string {
    if (kind.custom === undefined) return storedVersions[resourceKey(kind)] ?? kind.apiVersion;
    const version = this.#custom.get(`${kind.plural}.${kind.group}`)?.storageVersion ?? kind.version;
    return apiVersionFor(kind.group, version);
  }

  #indexed(): KindIndex {
    if (this.#custom.size === 0) return this.#builtin;
    this.#index ??= new KindIndex([...this.#builtin.all, ...this.#customKinds()]);
    return this.#index;
  }

  #customKinds(): readonly ResourceKind[] {
    return [...this.#custom.values()]
      .flatMap((custom) => custom.kinds)
      .sort(
        (a, b) =>
          compare(a.group, b.group) || compareVersions(a.version, b.version) || compare(a.plural, b.plural),
      );
  }
}

/** The apiVersion of a group and version. */
export function apiVersionFor(group: string, version: string): string {
  return group === "" ? version : `${group}/${version}`;
}

function pathOf(apiVersion: string, name: string): string {
  return `${apiVersion}/${name}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
