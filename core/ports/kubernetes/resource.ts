import type { KubeObject } from "./object.ts";

/** What a URL needs to know of a kind. `group` is empty for the core group. */
export interface ResourceType<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Carries the object's type; never set. */
  readonly object?: T;
}

/** Names one object within one cluster. */
export interface ObjectKey {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** `group/version`, or `version` alone for the core group. */
export function apiVersionOf(type: Pick<ResourceType, "group" | "version">): string {
  return type.group === "" ? type.version : `${type.group}/${type.version}`;
}

/** The key of an object read from a cluster. */
export function keyOf(object: KubeObject): ObjectKey {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? { name } : { namespace, name };
}
