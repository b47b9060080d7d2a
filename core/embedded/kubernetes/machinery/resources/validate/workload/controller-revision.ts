import { isObject, jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../../status.ts";
import { faultsAt } from "../../../validate/place.ts";
import type { Fields } from "../../fields.ts";

/** Everything wrong with a ControllerRevision. */
export function validateRevision(revision: Fields, stored: Fields | undefined): readonly FieldFault[] {
  return faultsAt("", revision, (place) => {
    place.at("revision").isAtLeast(0);
    const data = place.at("data");
    if (stored !== undefined || isObject(data.value)) return;
    data.required(data.isSet ? "data must be a valid JSON object" : "data is mandatory");
  });
}

/** A revision's data stay as they are. */
export function validateRevisionUpdate(revision: Fields, stored: Fields): readonly FieldFault[] {
  return faultsAt("", revision, (place) =>
    place.at("data").isUnchanged(jsonEqual(revision["data"], stored["data"])),
  );
}
