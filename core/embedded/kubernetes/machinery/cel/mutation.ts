import type { Extension } from "./environment.ts";
import { overload } from "./overload.ts";
import { type CelType, dynType, objectType, stringType } from "./type.ts";

const patchFields: ReadonlyMap<string, CelType> = new Map([
  ["op", stringType],
  ["path", stringType],
  ["from", stringType],
  ["value", dynType],
]);

/**
 * What expressions of mutating policies may make besides: `Object{}` and `Object.a.b{}`, whose fields may be
 * anything, and `JSONPatch{}`. Source: upstream's `cel/mutation`.
 */
export const mutationExtension: Extension = {
  functions: {
    "jsonpatch.escapeKey": [
      overload("string_jsonpatch_escapeKey_string", [stringType], stringType, (key: string) =>
        key.replaceAll("~", "~0").replaceAll("/", "~1"),
      ),
    ],
  },
  struct: (name) => {
    if (name === "Object" || name.startsWith("Object.")) return () => dynType;
    // As upstream: a field it doesn't know is there, of a type without a name.
    return name === "JSONPatch" ? (field) => patchFields.get(field) ?? objectType("") : undefined;
  },
};
