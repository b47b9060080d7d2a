import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import type { ApplicationSpec } from "@catalyst/model/application";
import type { BlueprintSpec } from "@catalyst/model/blueprint";
import { applicationSecretName } from "@catalyst/model/naming";
import { getPath, laidOver, setPath } from "./paths.ts";

/** Facts of the platform that a Blueprint's values may refer to by name. */
export interface PlatformFacts {
  readonly sovereign: string;
  readonly organization: string;
  readonly environment: string;
  readonly application: string;
  /** Host name and address at which the Application is reached. */
  readonly host: string;
  readonly url: string;
  /** Registry name images are addressed by, without a port. */
  readonly registry: string;
  /** The Application's own connection Secret, when its Blueprint declares one. */
  readonly connectionSecret: string;
}

/** A dependency as the chart sees it, at `dependencies.<alias>`. */
export interface DependencyValues {
  readonly application: string;
  readonly connectionSecret: string;
}

type Values = Record<string, unknown>;

/**
 * Tells whether an Application's config is values of the chart themselves: it is where a Blueprint has no config schema.
 * One that shall have no config at all says so by a schema without properties.
 */
export function configIsValues({ configSchema }: Pick<BlueprintSpec, "configSchema">): boolean {
  return configSchema === undefined;
}

/**
 * Gives the chart values of an Application: the sizing overlay, then config where that is the chart's values, then
 * the mapping from config, then `dependencies` and `catalyst`, later ones over earlier ones. Defaults of the config
 * schema count as given. Throws `blueprint-size-unknown`, `blueprint-values-invalid`.
 */
export function chartValues(
  blueprint: BlueprintSpec,
  spec: Pick<ApplicationSpec, "config" | "size" | "secrets">,
  platform: PlatformFacts,
  dependencies: Readonly<Record<string, DependencyValues>>,
): Readonly<Record<string, unknown>> {
  const config = withDefaults(blueprint.configSchema, spec.config ?? {});
  const size = structuredClone(sizeValues(blueprint, spec.size));
  const values = configIsValues(blueprint) ? laidOver(size, structuredClone(config)) : size;
  for (const mapping of blueprint.values ?? []) {
    const value = mappedValue(mapping, config, spec.secrets ?? {}, platform);
    if (value !== undefined) setPath(values, mapping.path.split("."), structuredClone(value));
  }
  values["dependencies"] = dependencies;
  values["catalyst"] = platform;
  return values;
}

/** The values of a size, the Blueprint's default unless given. Throws `blueprint-size-unknown`. */
export function sizeValues(
  blueprint: Pick<BlueprintSpec, "sizes" | "defaultSize">,
  size: string | undefined,
): Values {
  const name = size ?? blueprint.defaultSize;
  if (name === undefined) return {};
  const overlay =
    blueprint.sizes !== undefined && Object.hasOwn(blueprint.sizes, name) ? blueprint.sizes[name] : undefined;
  if (overlay === undefined) {
    const known = Object.keys(blueprint.sizes ?? {}).join(", ");
    throw new CatalystError("blueprint-size-unknown", `there is no size "${name}"`, {
      place: { field: "spec.size" },
      hint: known === "" ? "This Blueprint has no sizes." : `Choose one of ${known}.`,
    });
  }
  return overlay as Values;
}

type Mapping = NonNullable<BlueprintSpec["values"]>[number];

function mappedValue(
  mapping: Mapping,
  config: Values,
  secrets: Readonly<Record<string, number>>,
  platform: PlatformFacts,
): unknown {
  if (mapping.secret !== undefined) return whereabouts(mapping, mapping.secret, secrets, platform);
  if (mapping.config !== undefined) return getPath(config, mapping.config.split("."));
  if (mapping.platform !== undefined) {
    const fact = Object.hasOwn(platform, mapping.platform)
      ? platform[mapping.platform as keyof PlatformFacts]
      : undefined;
    if (fact === undefined) {
      throw new CatalystError("blueprint-values-invalid", `there is no platform fact "${mapping.platform}"`, {
        place: { file: "blueprint.yaml", field: `spec.values (${mapping.path})` },
      });
    }
    return fact;
  }
  return mapping.value;
}

/** Tells a chart where the value of a password field is; nothing until somebody gave one. */
function whereabouts(
  { take = "name" }: Mapping,
  field: string,
  secrets: Readonly<Record<string, number>>,
  { application }: PlatformFacts,
): string | undefined {
  const version = Object.hasOwn(secrets, field) ? secrets[field] : undefined;
  if (version === undefined) return undefined;
  switch (take) {
    case "name":
      return applicationSecretName(application);
    case "key":
      return field;
    case "version":
      return String(version);
  }
}

/** Fills in the defaults a JSON Schema declares for properties that are absent, at any depth of objects. */
export function withDefaults(schema: unknown, config: Readonly<Record<string, unknown>>): Values {
  const result: Values = { ...config };
  if (!isObject(schema) || !isObject(schema["properties"])) return result;
  for (const [name, property] of Object.entries(schema["properties"])) {
    if (!isObject(property)) continue;
    if (result[name] === undefined && property["default"] !== undefined) result[name] = property["default"];
    const nested = result[name];
    if (isObject(property["properties"]) && (nested === undefined || isObject(nested))) {
      const filled = withDefaults(property, nested ?? {});
      if (nested !== undefined || Object.keys(filled).length > 0) result[name] = filled;
    }
  }
  return result;
}
