import { sentEmptyOf } from "../../../schema/sent-empty.ts";
import type { FieldFault } from "../../../status.ts";
import { configKey } from "../../../validate/names.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import type { Fields } from "../../fields.ts";
import { checkImmutable } from "./immutable.ts";

const most = 1024 * 1024;

/** Everything wrong with a ConfigMap. */
export function validateConfigMap(map: Fields): readonly FieldFault[] {
  return faultsAt("", map, (place) => {
    const binary = place.at("binaryData");
    let size = 0;
    for (const [key, value] of place.at("data").entries()) {
      checkKey(value, key);
      if (binary.entry(key).isSet) value.invalid("duplicate of key present in binaryData", key);
      size += Buffer.byteLength(value.text);
    }
    for (const [key, value] of binary.entries()) {
      checkKey(value, key);
      size += Buffer.byteLength(value.text, "base64");
    }
    if (size > most) place.root().tooLong(most);
  });
}

/** Checks the name of a file that a value becomes. */
export function checkKey(value: Place, key: string): void {
  for (const fault of configKey(key)) value.invalid(fault, key);
}

/** What an update of a ConfigMap may not change. */
export function validateConfigMapUpdate(map: Fields, stored: Fields): readonly FieldFault[] {
  // Upstream's defaults make an empty map of no data, but none of no binaryData.
  const empty = sentEmptyOf(map).filter((field) => field !== "data");
  return faultsAt("", map, (place) => checkImmutable(place, stored, ["data", "binaryData"], empty));
}
