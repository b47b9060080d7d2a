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

/** Schemas without their passwords, by the schema itself, so that each is compiled once. */
const stripped = new WeakMap<object, Readonly<Record<string, unknown>>>();

/** Gives the schema of a config as it stands in Git: passwords aren't there, so none is asked for. */
export function withoutPasswords(
  configSchema: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const known = stripped.get(configSchema);
  if (known !== undefined) return known;
  const made = passwordFields(configSchema).length === 0 ? configSchema : stripPasswords(configSchema);
  stripped.set(configSchema, made);
  return made;
}

function stripPasswords(schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { properties, required } = schema;
  if (!isObject(properties)) return schema;
  const isPassword = (name: string) => {
    const property = properties[name];
    return isObject(property) && property["x-catalyst-ui-hint"] === "password";
  };
  const holdsPassword = (name: string) => isPassword(name) || passwordFields(properties[name]).length > 0;
  return {
    ...schema,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, property]) => {
        // left without rules, not left out: a value that stands there is told as what it is
        if (isPassword(name)) return [name, {}];
        return [name, isObject(property) ? stripPasswords(property) : property];
      }),
    ),
    ...(Array.isArray(required) ? { required: required.filter((name) => !holdsPassword(String(name))) } : {}),
  };
}
