import type { ApplicationSpec } from "@catalyst/model/application";
import type { BlueprintSpec } from "@catalyst/model/blueprint";
import type { ValueOrigin } from "@catalyst/model/view";
import { passwordFields } from "../expansion/config-fields.ts";
import { getPath } from "../expansion/paths.ts";
import { configIsValues, withDefaults } from "../expansion/values.ts";

/** Where a value is, by the names that lead to it. */
export type ValuePath = readonly string[];

export interface OriginInput {
  readonly blueprint: BlueprintSpec;
  /** What somebody wants of it; nothing: it would be installed as it is. */
  readonly application: Pick<ApplicationSpec, "config" | "size" | "secrets">;
}

/** An origin without the place where it stands. */
export type OriginKind = Pick<ValueOrigin, "kind" | "name">;

type Mapping = NonNullable<BlueprintSpec["values"]>[number];

/** Values that the platform sets after all others, as `chartValues` does. */
export const platformSections = ["catalyst", "dependencies"] as const;

/**
 * Says who sets a value of the chart, in the order of `chartValues`: the last one to set it, or part of it. Undefined:
 * nobody but the chart itself.
 */
export function valueOrigin(path: ValuePath, input: OriginInput): OriginKind | undefined {
  if (platformSections.some((section) => section === path[0])) return { kind: "platform" };
  const { blueprint, application } = input;
  const config = withDefaults(blueprint.configSchema, application.config ?? {});
  for (const mapping of (blueprint.values ?? []).toReversed()) {
    const found = mappedOrigin(path, mapping, input, config);
    if (found !== undefined) return found;
  }
  if (configIsValues(blueprint) && getPath(application.config, path) !== undefined)
    return { kind: "config", name: path.join(".") };
  const size = application.size ?? blueprint.defaultSize;
  if (size !== undefined && getPath(blueprint.sizes?.[size], path) !== undefined)
    return { kind: "size", name: size };
  return undefined;
}

function mappedOrigin(
  path: ValuePath,
  mapping: Mapping,
  { blueprint, application }: OriginInput,
  config: Readonly<Record<string, unknown>>,
): OriginKind | undefined {
  const inside = below(path, mapping.path.split("."));
  if (inside === undefined) return undefined;
  if (mapping.platform !== undefined) return { kind: "platform", name: mapping.platform };
  const field = mapping.secret ?? mapping.config;
  if (field === undefined)
    return getPath(mapping.value, inside) === undefined ? undefined : { kind: "blueprint" };
  if (mapping.secret !== undefined || passwordFields(blueprint.configSchema).includes(field))
    return application.secrets?.[field] === undefined ? undefined : { kind: "secret", name: field };
  const source = [...field.split("."), ...inside];
  if (getPath(config, source) === undefined) return undefined;
  const isGiven = getPath(application.config, source) !== undefined;
  return { kind: isGiven ? "config" : "config-default", name: source.join(".") };
}

/**
 * The rest of a path below another, when that is it or leads to it; nothing when the other one lies within it, since then
 * all of that one is part of it; undefined when neither is so.
 */
function below(path: ValuePath, other: ValuePath): ValuePath | undefined {
  const common = Math.min(path.length, other.length);
  for (let at = 0; at < common; at++) if (path[at] !== other[at]) return undefined;
  return path.slice(other.length);
}

/** The values of the chart that a field of config reaches, or fields inside of it; none where it is used otherwise. */
export function valuesOfField(
  field: string,
  blueprint: Pick<BlueprintSpec, "configSchema" | "values">,
): ValuePath[] {
  const path = field.split(".");
  if (configIsValues(blueprint)) return [path];
  return (blueprint.values ?? []).flatMap((mapping) => {
    const source = mapping.secret ?? mapping.config;
    const inside = source === undefined ? undefined : below(path, source.split("."));
    return inside === undefined ? [] : [[...mapping.path.split("."), ...inside]];
  });
}
