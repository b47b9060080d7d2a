import type { Attributes } from "../attributes.ts";
import { findMatch, type Match } from "../match/match.ts";
import type { Hook } from "./hook.ts";

/** The form of a write in which a webhook is to be asked about it; undefined when it isn't. Throws StatusError. */
export async function hookMatch(attributes: Attributes, hook: Hook): Promise<Match | undefined> {
  return findMatch(attributes, hook.criteria);
}
