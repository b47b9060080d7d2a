/** Removes descriptions from a schema; a property that happens to be called `description` stays. */
export function withoutDescriptions(node: unknown, isPropertyMap = false): unknown {
  if (Array.isArray(node)) return node.map((item) => withoutDescriptions(item));
  if (typeof node !== "object" || node === null) return node;
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === "description" && !isPropertyMap && typeof value === "string") continue;
    result[key] = withoutDescriptions(value, key === "properties" && !isPropertyMap);
  }
  return result;
}
