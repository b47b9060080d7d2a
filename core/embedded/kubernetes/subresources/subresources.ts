import type { Call } from "../request/call.ts";
import { methodNotAllowed, noSuchResource } from "../request/errors.ts";
import type { Verb } from "../server/verb.ts";
import { get } from "../verbs/read.ts";
import { patch, update } from "../verbs/update.ts";
import { evict } from "./eviction.ts";
import { finalize } from "./finalize.ts";
import { bind, log } from "./pod.ts";
import { getScale, patchScale, updateScale } from "./scale.ts";
import { requestToken } from "./token-request.ts";

/** What each subresource does, by verb. `status` is the object itself through another door. */
const verbs: Readonly<Record<string, Readonly<Record<string, Verb>>>> = {
  status: { get, update, patch },
  scale: { get: getScale, update: updateScale, patch: patchScale },
  finalize: { update: finalize },
  binding: { create: bind },
  eviction: { create: evict },
  token: { create: requestToken },
  log: { get: log },
};

/** What answers a verb on a subresource. Throws StatusError 404, 405. */
export function subresourceVerb({ kind, route }: Call, verb: string): Verb {
  const served = kind.subresources.find((item) => item.name === route.subresource);
  const known = verbs[route.subresource ?? ""];
  if (served === undefined || known === undefined) throw noSuchResource();
  const act = known[verb];
  if (act === undefined || !served.verbs.includes(verb)) throw methodNotAllowed();
  return act;
}
