import { isObject } from "@catalyst/base/json";
import { matchesKind, pathSegments, updateField } from "./field-paths.ts";
import { fieldSpecs, type NameReference } from "./field-specs.ts";
import type { KubeResource } from "./resource.ts";
import { effectiveNamespace, type Working } from "./working-set.ts";

/** Renamed objects that one kind of reference may mean, by every name they have or had. */
interface Targets {
  readonly reference: NameReference;
  readonly byName: ReadonlyMap<string, readonly Working[]>;
}

/** Makes every reference to an object that was renamed or moved name what the object is called now. */
export function fixReferences(all: readonly Working[]): readonly Working[] {
  const moved = all.filter((item) => item.before.length > 0);
  const targets = fieldSpecs.nameReference
    .map((reference) => ({
      reference,
      byName: byName(moved.filter((item) => matchesKind(reference, item.resource))),
    }))
    .filter((entry) => entry.byName.size > 0);
  if (targets.length === 0) return all;
  return all.map((item) => ({ ...item, resource: fixed(item.resource, targets) }));
}

function byName(items: readonly Working[]): ReadonlyMap<string, readonly Working[]> {
  const names = new Map<string, Working[]>();
  for (const item of items) {
    const all = new Set([item.resource.metadata.name, ...item.before.map((known) => known.name)]);
    for (const name of all) {
      const known = names.get(name);
      if (known === undefined) names.set(name, [item]);
      else known.push(item);
    }
  }
  return names;
}

function fixed(original: KubeResource, targets: readonly Targets[]): KubeResource {
  let resource = original;
  for (const { reference, byName: known } of targets) {
    for (const spec of reference.fieldSpecs) {
      if (!matchesKind(spec, resource)) continue;
      resource = updateField(resource, pathSegments(spec.path), false, (value) =>
        newReference(value, resource, known, reference),
      );
    }
  }
  return resource;
}

function newReference(
  value: unknown,
  referrer: KubeResource,
  targets: Targets["byName"],
  reference: NameReference,
): unknown {
  if (Array.isArray(value)) return value.map((entry) => newReference(entry, referrer, targets, reference));
  if (typeof value === "string")
    return find(value, undefined, referrer, targets)?.resource.metadata.name ?? value;
  if (!isObject(value) || typeof value["name"] !== "string") return value;
  // A reference with a namespace of its own, as a role binding's subjects have it.
  const { namespace, kind } = value;
  if (kind !== undefined && kind !== reference.kind) return value;
  const found = find(value["name"], typeof namespace === "string" ? namespace : undefined, referrer, targets);
  if (found === undefined) return value;
  const now = found.resource.metadata;
  return {
    ...value,
    name: now.name,
    ...(namespace === undefined || now.namespace === undefined ? {} : { namespace: now.namespace }),
  };
}

function find(
  name: string,
  namespace: string | undefined,
  referrer: KubeResource,
  targets: Targets["byName"],
): Working | undefined {
  const found = (targets.get(name) ?? []).filter((target) => {
    const space = effectiveNamespace(target.resource);
    if (space === "") return true;
    if (namespace === undefined)
      return space === effectiveNamespace(referrer) || effectiveNamespace(referrer) === "";
    return space === namespace || target.before.some((known) => (known.namespace || "default") === namespace);
  });
  return found.length === 1 ? found[0] : found.find((target) => target.before[0]?.name === name);
}
