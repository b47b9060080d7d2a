import { badRequest } from "../../machinery/index.ts";
import type { Attributes } from "../attributes.ts";
import type { Match } from "../match/match.ts";
import { destinationOf, endpointOf } from "./destination.ts";
import type { Hook } from "./hook.ts";
import { denied } from "./hook-fault.ts";
import { reviewOf, type Verdict, verdictOf } from "./review.ts";

/**
 * Asks one webhook about a write whose objects are in the form of the match; gives its verdict when it allows it. Its warnings and audit annotations are
 * added to the request's. Throws StatusError with its refusal, 400 when it may not be asked on trial, and
 * HookFault when it can't be asked.
 */
export async function ask(
  attributes: Attributes,
  hook: Hook,
  match: Match,
  mutating: boolean,
): Promise<Verdict> {
  if (attributes.dryRun && hook.sideEffects !== "None" && hook.sideEffects !== "NoneOnDryRun") {
    throw badRequest(`admission webhook ${JSON.stringify(hook.name)} does not support dry run`);
  }
  const review = reviewOf(attributes, match, hook.admissionReviewVersions);
  const verdict = verdictOf(review, await send(attributes, hook, review.body), mutating);
  for (const [key, value] of Object.entries(verdict.auditAnnotations)) {
    attributes.annotations.set(`${hook.name}/${key}`, value);
  }
  attributes.warnings.push(...verdict.warnings);
  if (!verdict.allowed) throw denied(hook.name, verdict.result);
  return verdict;
}

async function send(
  attributes: Attributes,
  hook: Hook,
  body: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { cluster, parts, signal } = attributes;
  const { clientConfig, timeoutSeconds } = hook;
  const { service, caBundle } = clientConfig;
  const { origin, path } = destinationOf(clientConfig);
  const ca = caBundle ? Buffer.from(caBundle, "base64").toString("utf8") : undefined;
  const endpoint = () => (service === undefined ? undefined : endpointOf(cluster, service, parts.random));
  return parts.hooks.post({ origin, path, endpoint, ca, timeoutSeconds, signal }, body);
}
