import type { Place } from "../../../validate/place.ts";
import { countIndexes, IndexFault } from "./indexes.ts";

const mostRules = 20;
const longestIndexes = 64 * 1024;

/** Checks when an indexed Job has succeeded without all its indexes. */
export function checkSuccessPolicy(policy: Place, completions: number): void {
  const rules = policy.at("rules");
  if (rules.size === 0) {
    rules.required("at least one rules must be specified when the successPolicy is specified");
  }
  if (rules.size > mostRules) rules.tooMany(mostRules);
  for (const rule of rules.items()) checkRule(rule, completions);
}

function checkRule(rule: Place, completions: number): void {
  const count = rule.at("succeededCount");
  const indexes = rule.at("succeededIndexes");
  if (!count.isSet && !indexes.isSet) {
    rule.required("at least one of succeededCount or succeededIndexes must be specified");
  }
  let total = 0;
  if (indexes.isSet) {
    if (indexes.text.length > longestIndexes) indexes.tooLong(longestIndexes);
    total = readIndexes(indexes, completions, "succeededIndexes") ?? 0;
  }
  if (!count.isSet) return;
  count.isAtLeast(0);
  if (count.number > completions) {
    count.invalid(`must be less than or equal to ${completions} (the number of specified completions)`);
  }
  if (indexes.isSet && count.number > total) {
    const whose = "the number of indexes in the specified succeededIndexes field";
    count.invalid(`must be less than or equal to ${total} (${whose})`);
  }
}

/** Counts the indexes of a field; says what is wrong with them, and gives undefined, when they can't be read. */
export function readIndexes(indexes: Place, completions: number, name: string): number | undefined {
  try {
    return countIndexes(indexes.text, completions);
  } catch (error) {
    if (!(error instanceof IndexFault)) throw error;
    indexes.invalid(`error parsing ${name}: ${error.message}`, indexes.text);
    return undefined;
  }
}
