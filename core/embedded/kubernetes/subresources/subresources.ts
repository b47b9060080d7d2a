import type { Authenticator } from "../access/authenticate.ts";
import type { Call } from "../request/call.ts";
import { methodNotAllowed, noSuchResource } from "../request/errors.ts";
import type { Verb } from "../server/verb.ts";
import { get } from "../verbs/read.ts";
import { patch, update } from "../verbs/update.ts";

/** Subresources that are the object itself, seen or written through another door. */
const sameObject: Readonly<Record<string, Verb>> = { get, update, patch };

/** What answers a verb on a subresource. Throws StatusError 404, 405. */
export function subresourceVerb(call: Call, verb: string, _authenticator: Authenticator): Verb {
  const { kind, route } = call;
  const subresource = kind.subresources.find((item) => item.name === route.subresource);
  if (subresource === undefined) throw noSuchResource();
  if (!subresource.verbs.includes(verb)) throw methodNotAllowed();
  const act = route.subresource === "status" ? sameObject[verb] : undefined;
  if (act === undefined) throw methodNotAllowed();
  return act;
}
