import { connectionOptions } from "../admission/connection.ts";
import { reviewConnection } from "../admission/reviews.ts";
import type { Call } from "../request/call.ts";
import { methodNotAllowed, methodNotSupported, noSuchResource, notFound } from "../request/errors.ts";
import { refuseHead } from "../request/head.ts";
import type { Verb } from "../server/verb.ts";
import { get } from "../verbs/read.ts";
import { patch, update } from "../verbs/update.ts";
import { bind } from "./bind.ts";

/** A verb that is loaded when it is first asked for: most clusters are never asked for most of them. */
function loaded(load: () => Promise<Verb>): Verb {
  return async (call) => (await load())(call);
}

const evict = loaded(async () => (await import("./eviction.ts")).evict);
const log = loaded(async () => (await import("./log.ts")).log);
const proxy = loaded(async () => (await import("./proxy.ts")).proxy);
const exec = loaded(async () => (await import("./streams.ts")).exec);
const attach = loaded(async () => (await import("./streams.ts")).attach);
const portForward = loaded(async () => (await import("./streams.ts")).portForward);
const getScale = loaded(async () => (await import("./scale.ts")).getScale);
const updateScale = loaded(async () => (await import("./scale.ts")).updateScale);
const patchScale = loaded(async () => (await import("./scale.ts")).patchScale);
const requestToken = loaded(async () => (await import("./token-request.ts")).requestToken);

/** What each subresource does, by verb. Some are the object itself, of which they let one part change. */
const verbs: Readonly<Record<string, Readonly<Record<string, Verb>>>> = {
  status: { get, update, patch },
  approval: { get, update, patch },
  ephemeralcontainers: { get, update, patch },
  resize: { get, update, patch },
  scale: { get: getScale, update: updateScale, patch: patchScale },
  finalize: { update },
  binding: { create: bind },
  eviction: { create: evict },
  token: { create: requestToken },
  log: { get: log },
  exec: { get: exec, create: exec },
  attach: { get: attach, create: attach },
  proxy: { get: proxy, create: proxy, update: proxy, patch: proxy, delete: proxy },
  portforward: { get: portForward, create: portForward },
};

/** What answers a verb on a subresource. Throws StatusError 404, 405. */
export function subresourceVerb(call: Call, verb: string): Verb {
  const { kind, route } = call;
  const served = kind.subresources.find((item) => item.name === route.subresource);
  const known = verbs[route.subresource ?? ""];
  const isCustom = kind.custom !== undefined;
  if (served === undefined || known === undefined)
    throw isCustom ? notFound(kind, route.name ?? "") : noSuchResource();
  if (known !== verbs["proxy"]) refuseHead(call);
  const act = known[verb];
  if (act === undefined || !served.verbs.includes(verb))
    throw isCustom ? methodNotSupported(kind, verb) : methodNotAllowed();
  return admitted(act);
}

/** A connection is a question to admission too, before anything is connected. */
function admitted(act: Verb): Verb {
  return async (call) => {
    const options = connectionOptions(call.kind, call.route, call.query);
    if (options !== undefined) await reviewConnection(call, options);
    return act(call);
  };
}
