import { isObject } from "@catalyst/base/json";

/** A field of a Blueprint's config. */
export interface ConfigField {
  readonly path: readonly string[];
  readonly schema: Readonly<Record<string, unknown>>;
}

/** The fields of a config schema, at any depth of objects. */
export function configFields(schema: unknown, path: readonly string[] = []): ConfigField[] {
  const properties = isObject(schema) ? schema["properties"] : undefined;
  if (!isObject(properties)) return [];
  return Object.entries(properties).flatMap(([name, property]) => {
    if (!isObject(property)) return [];
    const own = [...path, name];
    return [{ path: own, schema: property }, ...configFields(property, own)];
  });
}

/** The fields whose values are secret: they go to the secret store and never into Git. */
export function passwordFields(configSchema: unknown): string[] {
  return configFields(configSchema)
    .filter(({ schema }) => schema["x-catalyst-ui-hint"] === "password")
    .map(({ path }) => path.join("."));
}
