import { endpointAddress, legacyAddress, legacyNetwork } from "./addresses.ts";
import type { NameRule } from "./names.ts";
import type { Place } from "./place.ts";

function check(rule: NameRule, place: Place, text: string): boolean {
  const faults = rule(text);
  for (const fault of faults) place.invalid(fault, text);
  return faults.length === 0;
}

/** The text is an address, or one that was there before. Upstream's rule for fields older than strict parsing. */
export function checkAddress(place: Place, before: readonly string[] = []): boolean {
  return before.includes(place.text) || check(legacyAddress, place, place.text);
}

/** The text is an address that traffic can be sent to. */
export function checkEndpointAddress(place: Place): void {
  check(endpointAddress, place, place.text);
}

/** The text is a network, or one that was there before. */
export function checkNetwork(place: Place, before: readonly string[] = [], text: string = place.text): void {
  if (!before.includes(text)) check(legacyNetwork, place, text);
}
