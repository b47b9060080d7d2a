import { isTimeZone } from "@catalyst/base/time-zone";
import type { Place } from "../../../validate/place.ts";

let known: ReadonlyMap<string, string> | undefined;

/** Tells whether there is a time zone of that name, in that spelling. */
export function isKnownTimeZone(name: string): boolean {
  if (name === "" || name === "UTC" || name === "Local") return true;
  known ??= new Map(Intl.supportedValuesOf("timeZone").map((zone) => [zone.toLowerCase(), zone]));
  const spelled = known.get(name.toLowerCase());
  if (spelled !== undefined) return spelled === name;
  // Older names aren't listed, but understood; offsets are understood, and are no names.
  return /^[A-Z]/.test(name) && isTimeZone(name);
}

const part = /^[A-Za-z.\-_0-9+]{1,14}$/;

/** Checks the zone in which a schedule is meant. */
export function checkTimeZone(zone: Place): void {
  if (!zone.isSet) return;
  if (zone.text === "") {
    zone.invalid("timeZone must be nil or non-empty string");
    return;
  }
  const parts = zone.text.split("/");
  if (parts.some((one) => one === "." || one === ".." || one.startsWith("-") || !part.test(one))) {
    zone.invalid(`unknown time zone ${zone.text}`);
    return;
  }
  if (zone.text.toLowerCase() === "local") {
    zone.invalid("timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
  }
  if (!isKnownTimeZone(zone.text)) zone.invalid(`unknown time zone ${zone.text}`);
}
