import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import type { ApplicationSpec } from "@catalyst/model/application";
import type { BlueprintSpec } from "@catalyst/model/blueprint";
import { applicationSecretName } from "@catalyst/model/naming";

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
 * Gives the chart values of an Application: the sizing overlay, then the mapping from config, then
 * `dependencies` and `catalyst`, later ones over earlier ones. Defaults of the config schema count as given.
 * Throws `blueprint-size-unknown`, `blueprint-values-invalid`.
 */
export function chartValues(
  blueprint: BlueprintSpec,
  spec: Pick<ApplicationSpec, "config" | "size" | "secrets">,
  platform: PlatformFacts,
  dependencies: Readonly<Record<string, DependencyValues>>,
): Readonly<Record<string, unknown>> {
  const config = withDefaults(blueprint.configSchema, spec.config ?? {});
  const values: Values = structuredClone(sizeValues(blueprint, spec.size));
  for (const mapping of blueprint.values ?? []) {
    const value = mappedValue(mapping, config, spec.secrets ?? {}, platform);
    if (value !== undefined) setPath(values, mapping.path.split("."), structuredClone(value));
  }
  values["dependencies"] = dependencies;
  values["catalyst"] = platform;
  return values;
}

function sizeValues(blueprint: BlueprintSpec, size: string | undefined): Values {
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

function getPath(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (!isObject(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}

/** Sets a value by its path, or takes it away when it is undefined. */
export function setPath(target: Values, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined || key === "__proto__") return;
  if (rest.length === 0) {
    if (value === undefined) delete target[key];
    else target[key] = value;
    return;
  }
  const next = isObject(target[key]) ? (target[key] as Values) : {};
  target[key] = next;
  setPath(next, rest, value);
}
