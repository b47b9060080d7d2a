import { isObject } from "@catalyst/base/json";
import { at, type Fields } from "../../resources/fields.ts";
import { ownValue } from "../../schema/own-key.ts";

/** The field a path leads to, with the path as messages print it; or why it leads nowhere. */
export type FoundField =
  | { readonly path: string; readonly names: readonly string[]; readonly schema: Fields }
  | { readonly problem: string };

/**
 * Follows a simple JSON path (`.spec.a['b']`) through a schema, as upstream's ValidFieldPath: fields and keys of
 * maps only.
 */
export function findField(jsonPath: string, schema: Fields, allowBrackets = true): FoundField {
  const tokens = jsonPath.match(/'(?:[^'\\]|\\.)*'|[.[\]]|[^.[\]']+/g) ?? [];
  const names: string[] = [];
  let path = "";
  let found = schema;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!;
    let name: string;
    if (token === "[") {
      if (!allowBrackets) return { problem: "array notation is not allowed" };
      const quoted = tokens[++index];
      if (quoted === undefined) return { problem: "unexpected end of JSON path" };
      if (!/^'.*'$/s.test(quoted)) return { problem: `expected single quoted string but got ${quoted}` };
      name = quoted.slice(1, -1).replace(/\\(.)/g, "$1");
      const close = tokens[++index];
      if (close === undefined) return { problem: "unexpected end of JSON path" };
      if (close !== "]") return { problem: `expected ] but got ${close}` };
    } else if (token === ".") {
      const next = tokens[++index];
      if (next === undefined) return { problem: "unexpected end of JSON path" };
      name = next;
    } else return { problem: `expected [ or . but got: ${token}` };
    const step = follow(found, name);
    if (step === undefined) return { problem: "does not refer to a valid field" };
    names.push(name);
    path = step.isField ? (path === "" ? name : `${path}.${name}`) : `${path}[${name}]`;
    found = step.schema;
  }
  return { path, names, schema: found };
}

function follow(
  schema: Fields,
  name: string,
): { readonly schema: Fields; readonly isField: boolean } | undefined {
  if (isObject(schema["properties"]) && Object.keys(schema["properties"]).length > 0) {
    const property = ownValue(schema["properties"], name);
    return isObject(property) ? { schema: property, isField: true } : undefined;
  }
  const values = schema["additionalProperties"];
  return values === undefined ? undefined : { schema: at({ values }, "values"), isField: false };
}
