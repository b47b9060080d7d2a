import type { Place } from "../../../validate/place.ts";

const lists = ["initContainers", "containers", "ephemeralContainers"];

/** Every container of a Pod's spec, in the order in which upstream visits them. */
export function containersOf(spec: Place): readonly Place[] {
  return lists.flatMap((list) => spec.at(list).items());
}
