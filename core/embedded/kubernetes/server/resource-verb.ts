import type { Authenticator } from "../access/authenticate.ts";
import { badRequest, type StatusError } from "../machinery/index.ts";
import { metricsVerb } from "../metrics/read.ts";
import type { Call } from "../request/call.ts";
import { methodNotAllowed, methodNotSupported, noSuchResource } from "../request/errors.ts";
import { refuseHead } from "../request/head.ts";
import { reviewVerb } from "../reviews/reviews.ts";
import { bind } from "../subresources/bind.ts";
import { create } from "../verbs/create.ts";
import { remove, removeCollection } from "../verbs/delete.ts";
import { get, list } from "../verbs/read.ts";
import { patch, update } from "../verbs/update.ts";
import { watch } from "../verbs/watch.ts";
import type { Verb } from "./verb.ts";

const verbs: Readonly<Record<string, Verb>> = {
  get,
  list,
  watch,
  update,
  patch,
  delete: remove,
  deletecollection: removeCollection,
};

/** Verbs on one object. */
const named = new Set(["update", "patch"]);

/** What does a verb on a resource's objects themselves. Throws StatusError 400, 404, 405. */
export function resourceVerb(call: Call, verb: string, authenticator: Authenticator): Verb {
  const { group, plural, verbs: served } = call.kind;
  const isOnlyCreated = served.every((name) => name === "create");
  if (isOnlyCreated && call.route.name !== undefined) throw noSuchResource();
  refuseHead(call);
  const special = group === "" && plural === "bindings" ? bind : reviewVerb(call, authenticator);
  const act = verb === "create" ? (special ?? create) : (metricsVerb(call, verb) ?? verbs[verb]);
  const misplaced =
    verb === "create" ? call.route.name !== undefined : named.has(verb) && call.route.name === undefined;
  if (act === undefined || misplaced || !served.includes(verb)) throw refused(call, verb);
  return act;
}

function refused({ kind }: Call, verb: string): StatusError {
  if (kind.custom === undefined) return methodNotAllowed();
  return named.has(verb) ? badRequest("name must be provided") : methodNotSupported(kind, verb);
}
