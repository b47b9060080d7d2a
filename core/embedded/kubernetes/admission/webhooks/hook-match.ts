import { compileIn, results, type Unusable } from "../../machinery/admission/index.ts";
import type { Program } from "../../machinery/cel/index.ts";
import { forbidden } from "../../request/errors.ts";
import type { Attributes } from "../attributes.ts";
import { Activation } from "../expressions/activation.ts";
import { conditionsMet } from "../expressions/conditions.ts";
import { findMatch, inForm, type Match } from "../match/match.ts";
import type { Hook } from "./hook.ts";

/**
 * The form of a write in which a webhook is to be asked about it; undefined when it isn't. Throws StatusError.
 */
export async function hookMatch(attributes: Attributes, hook: Hook): Promise<Match | undefined> {
  const match = findMatch(attributes, hook.criteria);
  if (match === undefined || hook.matchConditions.length === 0) return match;
  const activation = new Activation(await inForm(attributes, match), match);
  const met = conditionsMet(compiled(hook), activation, hook.failurePolicy);
  if (typeof met !== "boolean") throw forbidden(attributes.kind, attributes.name, met.error);
  return met ? match : undefined;
}

const known = new WeakMap<Hook, readonly (Program | Unusable)[]>();

function compiled(hook: Hook): readonly (Program | Unusable)[] {
  let programs = known.get(hook);
  if (programs === undefined) {
    const place = { params: false, authorizer: true };
    programs = hook.matchConditions.map(({ expression }) => compileIn(place, expression, results.condition));
    known.set(hook, programs);
  }
  return programs;
}
