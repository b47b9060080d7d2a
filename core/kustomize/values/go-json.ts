import { isObject } from "@catalyst/base/json";

/** Prints JSON as Go does: sorted keys, and `<`, `>` and `&` escaped. `indent`: spaces for each level, default none. */
export function goJson(value: unknown, indent?: number): string {
  const sorted = (_key: string, item: unknown) =>
    isObject(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item;
  return JSON.stringify(value, sorted, indent).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${(character.codePointAt(0) as number).toString(16).padStart(4, "0")}`,
  );
}
