import { toYaml } from "../functions/yaml.ts";
import { registerMapMethods } from "../template/fields.ts";
import { quote } from "../template/quoting.ts";
import { fixed, GoError, type GoFunction, NamedMap, type Value } from "../template/values.ts";

/** The type of `.Values`. */
const valuesType = "common.Values";

/** Makes a map the `.Values` of templates; the entries stay its own, so that charts that change them share them. */
export function asValues(map: Map<string, Value>): NamedMap {
  return new NamedMap(valuesType, map);
}

registerMapMethods(valuesType, (values, name): GoFunction | undefined => {
  switch (name) {
    case "AsMap":
      return fixed([], () => new Map(values));
    case "YAML":
      return fixed([], () => `${toYaml(values)}\n`);
    case "Table":
      return fixed(["string"], ([path]) => asValues(table(values, path.split("."))));
    case "PathValue":
      return fixed(["string"], ([path]) => pathValue(values, path));
    default:
      return undefined;
  }
});

function table(values: Map<string, Value>, path: readonly string[]): Map<string, Value> {
  let map = values;
  for (const key of path) {
    const next = map.get(key);
    if (!(next instanceof Map)) throw new GoError(`${quote(key)} is not a table`);
    map = next;
  }
  return map;
}

function pathValue(values: Map<string, Value>, path: string): Value {
  if (path === "") throw new GoError("YAML path cannot be empty");
  const keys = path.split(".");
  const key = keys.pop() ?? "";
  const missing = new GoError(`${quote(key)} is not a value`);
  let map: Map<string, Value>;
  try {
    map = table(values, keys);
  } catch {
    throw missing;
  }
  const value = map.get(key);
  if (value === undefined || value instanceof Map) throw missing;
  return value;
}
