import { StatusError } from "../../machinery/index.ts";
import type { Entry } from "../../storage/entry.ts";
import type { Attributes } from "../attributes.ts";
import { inForm, type Match } from "../match/match.ts";
import { ask } from "./ask.ts";
import { type Hook, hooksOf } from "./hook.ts";
import { callFailed, HookFault } from "./hook-fault.ts";
import { hookMatch } from "./hook-match.ts";

/**
 * Asks all validating webhooks that are concerned, at once. Throws the StatusError of the first that refuses.
 */
export async function askValidating(attributes: Attributes, configurations: readonly Entry[]): Promise<void> {
  const concerned: { hook: Hook; match: Match }[] = [];
  for (const hook of hooksOf(configurations)) {
    const match = await hookMatch(attributes, hook);
    if (match !== undefined) concerned.push({ hook, match });
  }
  let refusal: StatusError | undefined;
  await Promise.all(
    concerned.map(async ({ hook, match }, index) => {
      const error = await refusalOf(attributes, hook, match, index);
      refusal ??= error;
    }),
  );
  if (refusal !== undefined) throw refusal;
}

async function refusalOf(
  attributes: Attributes,
  hook: Hook,
  match: Match,
  index: number,
): Promise<StatusError | undefined> {
  try {
    await ask(await inForm(attributes, match), hook, match, false);
    return undefined;
  } catch (error) {
    if (error instanceof StatusError) return error;
    if (!(error instanceof HookFault)) throw error;
    if (hook.failurePolicy !== "Ignore") return callFailed(hook.name, error);
    const key = `failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}`;
    attributes.annotations.set(key, hook.name);
    return undefined;
  }
}
