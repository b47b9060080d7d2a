import { isObject } from "@catalyst/base/json";
import type { BlueprintSpec } from "@catalyst/model/blueprint";
import type { ConfigForm } from "@catalyst/model/view";
import { getPath } from "../expansion/paths.ts";
import { isSecretName } from "../expansion/plaintext.ts";
import { configIsValues, sizeValues } from "../expansion/values.ts";
import { platformSections } from "./origin.ts";

type Schema = Readonly<Record<string, unknown>>;

/** The form of a Blueprint that has a config schema; undefined where its config is the chart's values. */
export function declaredForm(blueprint: BlueprintSpec): ConfigForm | undefined {
  if (configIsValues(blueprint)) return undefined;
  return { schema: { ...blueprint.configSchema }, from: "schema", leftOut: [] };
}

/**
 * Makes the form of a Blueprint whose config is the chart's values out of what describes those. Values that the Blueprint
 * or the platform sets aren't in it: setting them would have no effect. Secret ones are left out, as config is in Git.
 * A size's values are defaults. Throws `blueprint-size-unknown`.
 */
export function valuesForm(blueprint: BlueprintSpec, described: Schema, size?: string): ConfigForm {
  const fixed = new Set([...platformSections, ...(blueprint.values ?? []).map(({ path }) => path)]);
  const leftOut: string[] = [];
  const sized = sizeValues(blueprint, size);
  const take = (schema: Schema, path: readonly string[]): Schema | undefined => {
    const name = path.join(".");
    if (fixed.has(name)) return undefined;
    const properties = schema["properties"];
    if (isObject(properties)) return { ...schema, properties: taken(properties, path) };
    if (isSecretName(path.at(-1) ?? "") && [schema["type"]].flat().includes("string")) {
      leftOut.push(name);
      return undefined;
    }
    const own = getPath(sized, path);
    return own === undefined || isObject(own) ? schema : { ...schema, default: own };
  };
  const taken = (properties: Schema, path: readonly string[]): Schema =>
    Object.fromEntries(
      Object.entries(properties).flatMap(([name, property]): [string, Schema][] => {
        const kept = isObject(property) ? take(property, [...path, name]) : undefined;
        return kept === undefined ? [] : [[name, kept]];
      }),
    );
  const schema = take(described, []) ?? {};
  return { schema: { ...schema }, from: "values", leftOut };
}
