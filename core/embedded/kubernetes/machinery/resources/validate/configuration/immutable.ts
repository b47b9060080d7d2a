import { jsonEqual } from "@catalyst/base/json";
import type { Place } from "../../../validate/place.ts";
import { at, type Fields } from "../../fields.ts";

const why = "field is immutable when `immutable` is set";

/** Checks what `immutable: true` forbids, for good; `empty` are fields that were sent and hold nothing. */
export function checkImmutable(
  object: Place,
  stored: Fields,
  fields: readonly string[],
  empty: readonly string[],
): void {
  if (stored["immutable"] !== true) return;
  if (object.at("immutable").value !== true) object.at("immutable").forbidden(why);
  for (const field of fields) {
    const appears = empty.includes(field) && stored[field] === undefined;
    if (appears || !jsonEqual(object.at(field).fields, at(stored, field))) object.at(field).forbidden(why);
  }
}
