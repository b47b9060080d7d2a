import type { KubeObject } from "@catalyst/ports/kubernetes";
import { asRead, type ResourceKind } from "../machinery/index.ts";
import type { Collection } from "../storage/collection.ts";
import type { Entry } from "../storage/entry.ts";
import { keyFor } from "../storage/entry.ts";
import type { ClusterRecord, Storage } from "../storage/storage.ts";
import { inVersion } from "./form.ts";
import { type BuiltinKinds, ClusterKinds, resourceKey } from "./kinds.ts";

const none: readonly Entry[] = [];

/** One logical cluster: what it serves and what it holds. Until something is in it, it is little more than a name. */
export class Cluster {
  readonly record: ClusterRecord;
  readonly kinds: ClusterKinds;
  readonly #storage: Storage;

  constructor(record: ClusterRecord, builtin: BuiltinKinds, storage: Storage) {
    this.record = record;
    this.kinds = new ClusterKinds(builtin);
    this.#storage = storage;
  }

  get name(): string {
    return this.record.name;
  }

  collection(kind: Pick<ResourceKind, "group" | "plural" | "namespaced">): Collection {
    return this.#storage.collection(this.name, resourceKey(kind), kind.namespaced);
  }

  /** An object by group, plural and name: for parts that know what they look for. */
  find(resource: string, namespace: string | undefined, name: string): KubeObject | undefined {
    const collection = this.#storage.collection(this.name, resource, namespace !== undefined);
    return collection.get(keyFor(namespace, name))?.object;
  }

  /** All objects of a resource, or of one namespace. */
  list(resource: string, namespaced: boolean, namespace?: string): readonly Entry[] {
    return this.#storage.collection(this.name, resource, namespaced).list(namespace);
  }

  /** All objects of a resource, without making room for any: for what most clusters never have. */
  held(resource: string): readonly Entry[] {
    return this.#storage.held(this.name, resource)?.list() ?? none;
  }

  /** A stored object as a version of its resource shows it. */
  view(kind: ResourceKind, object: KubeObject): KubeObject {
    const shown = inVersion(object, kind.apiVersion);
    return kind.custom === undefined ? shown : asRead(kind, shown);
  }

  /** An object of a kind as it is stored. */
  stored(kind: ResourceKind, object: KubeObject): KubeObject {
    return inVersion(object, this.kinds.storedApiVersion(kind));
  }
}
