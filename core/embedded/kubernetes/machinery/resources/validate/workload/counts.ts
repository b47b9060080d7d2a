import type { FieldFault } from "../../../status.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import { at, type Fields, number } from "../../fields.ts";

interface StatusRules {
  /** Numbers that aren't negative. */
  readonly counts: readonly string[];
  /** Those of them that aren't more than `replicas`. */
  readonly partsOfAll?: readonly string[];
  /** Said of more available than ready Pods; not compared when absent. */
  readonly moreAvailable?: string;
}

/** Makes the check of a workload's status: numbers that go together, and a count of collisions that only grows. */
export function countsStatus(rules: StatusRules): (object: Fields, stored: Fields) => readonly FieldFault[] {
  return (object, stored) =>
    faultsAt("status", object["status"], (status) => checkCounts(status, at(stored, "status"), rules));
}

function checkCounts(status: Place, before: Fields, rules: StatusRules): void {
  for (const count of [...rules.counts, "observedGeneration", "collisionCount"])
    status.at(count).isAtLeast(0);
  const all = status.at("replicas").number;
  for (const part of rules.partsOfAll ?? []) {
    const count = status.at(part);
    if (count.number > all) count.invalid("cannot be greater than status.replicas", count.number);
  }
  const available = status.at("availableReplicas");
  if (rules.moreAvailable !== undefined && available.number > status.at("readyReplicas").number) {
    available.invalid(`cannot be greater than ${rules.moreAvailable}`, available.number);
  }
  const collisions = status.at("collisionCount");
  const held = number(before, "collisionCount");
  if (held !== undefined && (!collisions.isSet || collisions.number < held)) {
    collisions.invalid("cannot be decremented", collisions.number);
  }
}
