/** A scalar as it is written, a list, or fields by their names. */
export type Written = string | readonly Written[] | ReadonlyMap<string, Written>;

/** Writes a value as YAML in blocks, so that a field with nothing behind it can be told from one that says null. */
export function written(value: Written, indent = ""): string {
  if (typeof value === "string") return value === "" ? "" : ` ${value}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return " []";
    return value.map((item) => `\n${indent}-${inner(item, indent)}`).join("");
  }
  const fields = value as ReadonlyMap<string, Written>;
  if (fields.size === 0) return " {}";
  return [...fields].map(([name, field]) => `\n${indent}${name}:${inner(field, indent)}`).join("");
}

function inner(value: Written, indent: string): string {
  return written(value, `${indent}  `);
}
