import { errorMessage } from "@catalyst/base/errors";
import { jsonEqual } from "@catalyst/base/json";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { applyJsonPatch } from "../../machinery/patch/json-patch.ts";
import { PatchFault } from "../../machinery/patch/patch-fault.ts";
import type { Entry } from "../../storage/entry.ts";
import type { Admitted } from "../admitter.ts";
import type { Attributes } from "../attributes.ts";
import { fromForm, inForm, type Match } from "../match/match.ts";
import { reread } from "../match/reread.ts";
import type { Reinvocation } from "../reinvocation.ts";
import { ask } from "./ask.ts";
import { type Hook, hooksOf } from "./hook.ts";
import { callFailed, HookFault, internalError } from "./hook-fault.ts";
import { hookMatch } from "./hook-match.ts";
import type { Verdict } from "./review.ts";

/**
 * Asks the mutating webhooks that are concerned, each about what the one before made of the object. Throws
 * StatusError.
 */
export async function askMutating(
  attributes: Attributes,
  configurations: readonly Entry[],
  reinvocation: Reinvocation,
): Promise<Admitted> {
  const round = reinvocation.of("MutatingAdmissionWebhook");
  let current = attributes;
  round.begin(current.object);
  for (const [index, hook] of hooksOf(configurations).entries()) {
    const match = await hookMatch(current, hook);
    if (match === undefined || !round.mayAsk(hook.key)) continue;
    const place = `round_${reinvocation.isAgain ? 1 : 0}_index_${index}`;
    const object = await askOne(current, hook, match, place);
    if (!jsonEqual(object, current.object)) round.changed();
    round.asked(hook.key, hook.reinvocationPolicy === "IfNeeded");
    current = { ...current, object };
  }
  round.end(current.object);
  return current.object;
}

/** Gives the object as one webhook wants it. */
async function askOne(attributes: Attributes, hook: Hook, match: Match, place: string): Promise<Admitted> {
  let mutated = false;
  try {
    const shown = await inForm(attributes, match);
    const verdict = await ask(shown, hook, match, true);
    const changed = patched(shown, hook, match, verdict, place);
    const object = changed === shown.object ? attributes.object : await fromForm(attributes, match, changed);
    mutated = !jsonEqual(object, attributes.object);
    return object;
  } catch (error) {
    if (!(error instanceof HookFault)) throw error;
    if (hook.failurePolicy !== "Ignore") throw callFailed(hook.name, error);
    attributes.annotations.set(`failed-open.mutation.webhook.admission.k8s.io/${place}`, hook.name);
    return attributes.object;
  } finally {
    const { configuration, name: webhook } = hook;
    const note = JSON.stringify({ configuration, webhook, mutated });
    attributes.annotations.set(`mutation.webhook.admission.k8s.io/${place}`, note);
  }
}

function patched(
  attributes: Attributes,
  hook: Hook,
  match: Match,
  { patch, patchType }: Verdict,
  place: string,
): Admitted {
  const { object } = attributes;
  const operations = patch === undefined ? [] : operationsOf(patch);
  if (operations.length === 0) return object;
  if (object === undefined) {
    const webhook = JSON.stringify(hook.name);
    throw internalError(
      `admission webhook ${webhook} attempted to modify the object, which is not supported for this operation`,
    );
  }
  if (patchType !== "JSONPatch") throw new HookFault(`unsupported patch type ${JSON.stringify(patchType)}`);
  const next = reread(match, applied(object, operations));
  const { configuration, name: webhook } = hook;
  const note = JSON.stringify({ configuration, webhook, patch: operations, patchType });
  attributes.annotations.set(`patch.webhook.admission.k8s.io/${place}`, note);
  return next;
}

function operationsOf(patch: string): readonly unknown[] {
  try {
    const operations: unknown = JSON.parse(Buffer.from(patch, "base64").toString("utf8"));
    if (operations === null) return [];
    if (Array.isArray(operations)) return operations;
  } catch (error) {
    throw new HookFault(`received undecodable patch in webhook response: ${errorMessage(error)}`);
  }
  throw new HookFault(
    "received undecodable patch in webhook response: json: cannot unmarshal object into Go value of type jsonpatch.Patch",
  );
}

function applied(object: KubeObject, operations: readonly unknown[]): unknown {
  try {
    return applyJsonPatch(object, operations);
  } catch (error) {
    if (error instanceof PatchFault) throw internalError(error.message);
    throw error;
  }
}
