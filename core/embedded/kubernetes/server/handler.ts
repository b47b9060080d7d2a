import { errorMessage, isCatalystError } from "@catalyst/base/errors";
import type { ClusterName } from "@catalyst/ports/kubernetes";
import {
  type Handler,
  type Headers,
  type Request,
  type Response,
  splitPath,
} from "@catalyst/ports/transport";
import { type Attributes, attributesOf, refusalOf, verbOf } from "../access/attributes.ts";
import type { Authenticator } from "../access/authenticate.ts";
import { authorize } from "../access/authorize.ts";
import type { Impersonation } from "../access/impersonate.ts";
import { anonymous, unidentified } from "../access/user.ts";
import { type Auditor, type AuditRecord, auditHeader, auditIdOf } from "../audit/audit.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { convertedAnswer } from "../conversion/answer.ts";
import { answerPath } from "../discovery/discovery.ts";
import { classify, type Fairness } from "../fairness/fairness.ts";
import { widthOf } from "../fairness/width.ts";
import { type ResourceKind, StatusError } from "../machinery/index.ts";
import { parseAccept } from "../request/accept.ts";
import { statusResponse } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { noSuchResource, tooLarge, unauthorized } from "../request/errors.ts";
import { nowhere } from "../request/nowhere.ts";
import { parsePath, type ResourceRoute, type Route, splitCluster } from "../request/path.ts";
import { render } from "../request/render.ts";
import { unfollowedWarnings } from "../request/unfollowed.ts";
import { objectLimit } from "../storage/storage.ts";
import { subresourceVerb } from "../subresources/subresources.ts";
import type { Parts } from "./parts.ts";
import { checkPlace } from "./place.ts";
import { resourceVerb } from "./resource-verb.ts";

/** What the handler needs besides the parts. */
export interface Access {
  readonly authenticator: Authenticator;
  readonly impersonation: Impersonation;
  readonly fairness: Fairness;
  readonly auditor: Auditor;
  cluster(name: ClusterName): Cluster | undefined;
}

/**
 * Makes the handler of one cluster at `/` and, as the issuer of its tokens is named, at `/clusters/<name>`; with
 * `nested` also of all others there. No path
 * leads from one cluster into another (security case 27).
 */
export function makeHandler(parts: Parts, access: Access, root: ClusterName, nested: boolean): Handler {
  return async (request) => {
    const id = auditIdOf(request, parts.uid);
    const refuse = (error: unknown) => statusResponse(asStatus(parts, error));
    const serve = async () => {
      const target = targetOf(access, request, nested ? undefined : root, root);
      const arrival = await arrive(access, request, target, root).catch((error) => {
        if (isUnauthorized(error)) tellRefusal(access, request, target, id, refuse(error));
        throw error;
      });
      return answer(parts, access, arrival, id);
    };
    const response = await serve().catch(refuse);
    return { ...response, headers: { ...uncached, [auditHeader]: id, ...response.headers } };
  };
}

/** Nobody between the server and a caller may keep an answer, unless it says so itself. */
const uncached: Headers = { "cache-control": "no-cache, private" };

/** Where a request wants to go. */
interface Target {
  readonly name: ClusterName;
  readonly cluster: Cluster | undefined;
  /** What stands before the cluster's own path: empty, or `/clusters/<name>`. */
  readonly basePath: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** A request whose caller is known. */
interface Arrival extends Omit<Target, "name" | "cluster"> {
  readonly request: Request;
  readonly cluster: Cluster;
  readonly route: Route;
  /** What the caller asks for in its own name. */
  readonly asked: Attributes;
}

function targetOf(
  access: Access,
  request: Request,
  only: ClusterName | undefined,
  root: ClusterName,
): Target {
  const { pathname, query } = splitPath(request.path);
  const found = splitCluster(pathname, root);
  const isServed = only === undefined || found.cluster === only;
  const { cluster: name, path } = isServed ? found : { cluster: only, path: pathname };
  const basePath = pathname.slice(0, pathname.length - path.length);
  return { name, cluster: access.cluster(name), basePath, path, query };
}

async function arrive(
  access: Access,
  request: Request,
  { name, cluster, basePath, path, query }: Target,
  root: ClusterName,
): Promise<Arrival> {
  const caller = await access.authenticator.user(request, { name, cluster });
  // only who is known is told which clusters there are, so nobody is let into one unknown
  if (caller === anonymous && (cluster === undefined || name !== root)) throw unauthorized();
  if (cluster === undefined) throw noSuchResource();
  const route = parsePath(path);
  const asked = attributesOf(caller, verbOf(request.method, route, query), route, query);
  return { request, cluster, basePath, path, query, route, asked };
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof StatusError && error.status === 401;
}

/** Tells audit of a request whose credential was wrong. */
function tellRefusal(
  { auditor }: Access,
  request: Request,
  { cluster, path, query }: Target,
  id: string,
  refusal: Response,
): void {
  // of no cluster nothing is told
  if (cluster === undefined) return;
  const route = readablePath(path);
  const attributes = attributesOf(unidentified, verbOf(request.method, route, query), route, query);
  auditor.refused({ id, cluster: cluster.name, request, attributes }, refusal);
}

/** Whoever isn't let in may ask for a path that is none. */
function readablePath(path: string): Route {
  try {
    return parsePath(path);
  } catch {
    return { kind: "other", path };
  }
}

/** Answers as whoever the caller acts as, and tells audit of it. */
async function answer(parts: Parts, access: Access, arrival: Arrival, id: string): Promise<Response> {
  const { request, cluster, asked, route } = arrival;
  const audit = access.auditor.begin({ id, cluster: cluster.name, request, attributes: asked });
  let named: Headers = {};
  const serve = async () => {
    const user = access.impersonation.actingUser(cluster, asked, request.headers);
    const attributes = { ...asked, user };
    audit?.actsAs(attributes);
    const { flow, headers } = classify(cluster, attributes);
    named = headers;
    const kind = kindOf(cluster, route);
    const width =
      kind === undefined || route.kind === "other" ? 1 : widthOf({ ...arrival, kind, route }, asked.verb);
    const demand = { cluster, attributes, width, signal: request.signal };
    const work = () => permitted(parts, access, arrival, attributes, audit);
    return isLongRunning(route) ? work() : access.fairness.run(demand, flow, work);
  };
  const response = await serve().catch((error) => statusResponse(asStatus(parts, error)));
  const told = audit?.answered(response, asked.verb === "watch" || isLongRunning(route)) ?? response;
  return { ...told, headers: { ...named, ...told.headers } };
}

/** Connections that go on for as long as they are used; they take no seat. */
const connections = new Set(["exec", "attach", "portforward", "proxy", "log"]);

function isLongRunning(route: Route): boolean {
  return route.kind === "resource" && connections.has(route.subresource ?? "");
}

async function permitted(
  parts: Parts,
  { authenticator }: Access,
  { request, cluster, basePath, path, query, route, asked }: Arrival,
  attributes: Attributes,
  audit: AuditRecord | undefined,
): Promise<Response> {
  const { user, verb } = attributes;
  const decision = authorize(cluster, attributes);
  audit?.decided(decision);
  if (!decision.allowed) throw refusalOf(attributes, decision.reason);
  if (route.kind === "other" || route.resource === "") {
    return answerPath({ parts, cluster, user, path, basePath, query, request });
  }
  return answerResource(
    { parts, cluster, user, caller: asked.user, query, request, audit },
    verb,
    route,
    authenticator,
  );
}

function kindOf(cluster: Cluster, route: Route): ResourceKind | undefined {
  return route.kind === "other" ? undefined : cluster.kinds.find(route.group, route.version, route.resource);
}

async function answerResource(
  base: Omit<Call, "kind" | "route" | "accepted" | "warnings" | "annotations">,
  verb: string,
  route: ResourceRoute,
  authenticator: Authenticator,
): Promise<Response> {
  const kind = kindOf(base.cluster, route);
  if (kind === undefined) throw nowhere(base.cluster.kinds.all(), route.group);
  checkPlace(kind, route, base.request.method);
  const deprecation = kind.deprecationWarning ?? kind.custom?.deprecationWarning;
  const warnings = [...(deprecation === undefined ? [] : [deprecation]), ...unfollowedWarnings(kind, verb)];
  const accepted = parseAccept(base.request.headers);
  const annotations = base.audit?.annotations ?? new Map<string, string>();
  const call: Call = { ...base, kind, route, accepted, warnings, annotations };
  const act =
    route.subresource === undefined ? resourceVerb(call, verb, authenticator) : subresourceVerb(call, verb);
  return render(call, await convertedAnswer(call, await act(call)));
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
