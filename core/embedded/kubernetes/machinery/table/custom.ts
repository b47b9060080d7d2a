import type { CustomKind } from "../kind.ts";
import { at, type Fields, text } from "../resources/fields.ts";
import { evaluateJsonPath, type JsonPath, parseJsonPath } from "../select/json-path.ts";
import { ageOf } from "./age.ts";

const parsed = new WeakMap<CustomKind, readonly JsonPath[]>();

/** A custom resource's cells: its name and what the columns' paths find. */
export function customCells(kind: CustomKind, object: Fields, now: number): readonly unknown[] {
  let paths = parsed.get(kind);
  if (paths === undefined) {
    paths = kind.columns.map((column) => parseJsonPath(column.jsonPath));
    parsed.set(kind, paths);
  }
  const cells = paths.map((path, index) => {
    const [value] = evaluateJsonPath(path, object);
    return value === undefined || value === null
      ? null
      : cell(kind.columns[index]?.type ?? "string", value, now);
  });
  return [text(at(object, "metadata"), "name"), ...cells];
}

function cell(type: string, value: unknown, now: number): unknown {
  switch (type) {
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : null;
    case "number":
      return typeof value === "number" ? value : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "date": {
      if (typeof value !== "string") return null;
      return Number.isNaN(Date.parse(value)) ? "<invalid>" : ageOf(value, now);
    }
    default:
      return typeof value === "object" ? JSON.stringify(value) : String(value);
  }
}
