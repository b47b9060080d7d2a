import { isObject } from "@catalyst/base/json";
import { groupVersionOf, type KubeResource } from "./resource.ts";

/** Where a field stands in objects of a kind: `spec/template/spec/containers[]/image`. Empty parts match all. */
export interface FieldSpec {
  readonly path: string;
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  /** Makes the field, and what it stands in, when it's missing. */
  readonly create?: boolean;
}

/** Tells whether a spec speaks of an object's kind. */
export function matchesKind(spec: Omit<FieldSpec, "path" | "create">, resource: KubeResource): boolean {
  const { group, version } = groupVersionOf(resource.apiVersion);
  const same = (wanted: string | undefined, actual: string) =>
    wanted === undefined || wanted === "" || wanted === actual;
  return same(spec.group, group) && same(spec.version, version) && same(spec.kind, resource.kind);
}

const knownPaths = new Map<string, readonly string[]>();

/** Splits a path at slashes; `\/` is a slash within a name. Paths are few: each is split once. */
export function pathSegments(path: string): readonly string[] {
  const known = knownPaths.get(path) ?? splitPath(path);
  if (knownPaths.size < 1000) knownPaths.set(path, known);
  return known;
}

function splitPath(path: string): readonly string[] {
  return path.split(/(?<!\\)\//).map((segment) => segment.replaceAll("\\/", "/"));
}

/** Changes every field a path leads to; `change` gets undefined for a field that is to be made. */
export function updateField<T>(
  value: T,
  segments: readonly string[],
  create: boolean,
  change: (value: unknown) => unknown,
): T {
  const [segment, ...rest] = segments;
  if (segment === undefined) return change(value) as T;
  const isList = segment.endsWith("[]");
  const name = isList ? segment.slice(0, -2) : segment;
  // A list met on the way stands for each of its items.
  if (Array.isArray(value)) return value.map((item) => updateField(item, segments, create, change)) as T;
  if (!isObject(value)) return value;
  const before = value[name];
  if (before === undefined && (!create || isList)) return value;
  if (isList) {
    if (!Array.isArray(before)) return value;
    return { ...value, [name]: before.map((item) => updateField(item, rest, create, change)) };
  }
  const start = before ?? (rest.length > 0 ? {} : undefined);
  const after = rest.length === 0 ? change(before) : updateField(start, rest, create, change);
  return after === before ? value : { ...value, [name]: after };
}

/** Applies a change to the fields of those specs that speak of the object. */
export function updateBySpecs(
  resource: KubeResource,
  specs: readonly FieldSpec[],
  change: (value: unknown) => unknown,
): KubeResource {
  return specs
    .filter((spec) => matchesKind(spec, resource))
    .reduce(
      (current, spec) => updateField(current, pathSegments(spec.path), spec.create === true, change),
      resource,
    );
}
