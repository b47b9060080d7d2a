import { errorMessage, isCatalystError } from "@catalyst/base/errors";
import type { ClusterName } from "@catalyst/ports/kubernetes";
import type { Handler, Request, Response } from "@catalyst/ports/transport";
import { attributesOf, refusal, verbOf } from "../access/attributes.ts";
import type { Authenticator } from "../access/authenticate.ts";
import { isAllowed } from "../access/authorize.ts";
import { impersonated } from "../access/impersonate.ts";
import { anonymous, type User } from "../access/user.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { answerPath } from "../discovery/discovery.ts";
import { StatusError } from "../machinery/index.ts";
import { metricsVerb } from "../metrics/read.ts";
import { parseAccept } from "../request/accept.ts";
import { statusResponse } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { forbidden, methodNotAllowed, noSuchResource, tooLarge, unauthorized } from "../request/errors.ts";
import { parsePath, type ResourceRoute, type Route, splitCluster } from "../request/path.ts";
import { render } from "../request/render.ts";
import { reviewVerb } from "../reviews/reviews.ts";
import { objectLimit } from "../storage/storage.ts";
import { bind } from "../subresources/pod.ts";
import { subresourceVerb } from "../subresources/subresources.ts";
import { create } from "../verbs/create.ts";
import { remove, removeCollection } from "../verbs/delete.ts";
import { get, list } from "../verbs/read.ts";
import { patch, update } from "../verbs/update.ts";
import { watch } from "../verbs/watch.ts";
import type { Fairness } from "./fairness.ts";
import type { Parts } from "./parts.ts";
import type { Verb } from "./verb.ts";

/** What the handler needs besides the parts. */
export interface Access {
  readonly authenticator: Authenticator;
  readonly fairness: Fairness;
  cluster(name: ClusterName): Cluster | undefined;
}

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

/**
 * Makes the handler of one cluster at `/`; with `nested` also of all others at `/clusters/<name>`. No path
 * leads from one cluster into another (security case 27).
 */
export function makeHandler(parts: Parts, access: Access, root: ClusterName, nested: boolean): Handler {
  return async (request) => {
    try {
      return await answer(parts, access, request, nested ? undefined : root, root);
    } catch (error) {
      return statusResponse(asStatus(parts, error));
    }
  };
}

async function answer(
  parts: Parts,
  access: Access,
  request: Request,
  only: ClusterName | undefined,
  root: ClusterName,
): Promise<Response> {
  const mark = request.path.indexOf("?");
  const whole = mark < 0 ? request.path : request.path.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? "" : request.path.slice(mark + 1));
  const { cluster: name, path } =
    only === undefined ? splitCluster(whole, root) : { cluster: only, path: whole };
  const cluster = access.cluster(name);
  const caller = await access.authenticator.user(request, { name, cluster });
  // only who is known is told which clusters there are, so nobody is let into one unknown
  if (caller === anonymous && (cluster === undefined || name !== root)) throw unauthorized();
  if (cluster === undefined) throw noSuchResource();
  const user = impersonated(cluster, caller, request.headers);
  const route = parsePath(path);
  const verb = verbOf(request.method, route, query);
  authorize(cluster, user, verb, route, query);
  if (route.kind === "other" || route.resource === "") {
    const basePath = whole.slice(0, whole.length - path.length);
    return answerPath({ parts, cluster, user, path, basePath, query, request });
  }
  return access.fairness.run(name, caller, () =>
    answerResource({ parts, cluster, user, query, request }, verb, route, access.authenticator),
  );
}

function authorize(cluster: Cluster, user: User, verb: string, route: Route, query: URLSearchParams): void {
  const attributes = attributesOf(user, verb, route, query);
  if (isAllowed(cluster, attributes)) return;
  const why = refusal(attributes);
  if (route.kind === "other") throw new StatusError(403, "Forbidden", `forbidden: ${why}`, {});
  throw forbidden({ group: route.group, plural: route.resource }, route.name ?? "", why);
}

async function answerResource(
  base: Omit<Call, "kind" | "route" | "accepted" | "warnings" | "annotations">,
  verb: string,
  route: ResourceRoute,
  authenticator: Authenticator,
): Promise<Response> {
  const kind = base.cluster.kinds.find(route.group, route.version, route.resource);
  if (kind === undefined) throw noSuchResource();
  const misplaced = !kind.namespaced && route.namespace !== undefined;
  const homeless = kind.namespaced && route.namespace === undefined && route.name !== undefined;
  if (misplaced || homeless) throw noSuchResource();
  const warnings = kind.custom?.deprecationWarning === undefined ? [] : [kind.custom.deprecationWarning];
  const accepted = parseAccept(base.request.headers);
  const call: Call = { ...base, kind, route, accepted, warnings, annotations: new Map() };
  const act =
    route.subresource === undefined ? ownVerb(call, verb, authenticator) : subresourceVerb(call, verb);
  return render(call, await act(call));
}

function ownVerb(call: Call, verb: string, authenticator: Authenticator): Verb {
  const { group, plural } = call.kind;
  const special = group === "" && plural === "bindings" ? bind : reviewVerb(call, authenticator);
  const act = verb === "create" ? (special ?? create) : (metricsVerb(call, verb) ?? verbs[verb]);
  const misplaced =
    verb === "create" ? call.route.name !== undefined : named.has(verb) && call.route.name === undefined;
  if (act === undefined || misplaced || !call.kind.verbs.includes(verb)) throw methodNotAllowed();
  return act;
}

/** Every refusal as a Status; what wasn't foreseen is logged and told as an internal error. */
function asStatus(parts: Parts, error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  if (isCatalystError(error, "kubernetes-object-too-large")) return tooLarge(objectLimit);
  if (isCatalystError(error, "kubernetes-cluster-gone")) return noSuchResource();
  if (isCatalystError(error) && error.code.startsWith("store-")) {
    parts.logger.error("the store refused a write", { code: error.code, error: error.message });
    const hint = error.hint === undefined ? "" : `. ${error.hint}`;
    return new StatusError(500, "InternalError", `Internal error occurred: ${error.message}${hint}`, {
      causes: [{ reason: error.code, message: error.message, field: "" }],
    });
  }
  parts.logger.error("a request failed", { error: errorMessage(error), stack: (error as Error)?.stack });
  return new StatusError(500, "InternalError", `Internal error occurred: ${errorMessage(error)}`);
}
