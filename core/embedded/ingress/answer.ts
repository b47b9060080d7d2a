import { errorMessage } from "@catalyst/base/errors";
import { type Clusters, type ConfigMap, configMaps } from "@catalyst/ports/kubernetes";
import type { Response } from "@catalyst/ports/transport";
import type { ObjectCache } from "@catalyst/reconciler";
import { noApplication, notReady, simulated, timedOut, unreachable, unroutable } from "./pages/page.ts";
import { serveFiles } from "./pages/static-files.ts";
import { answerHeaders, isPreflight, preflightHeaders } from "./proxy/cors.ts";
import {
  authorityOf,
  breakOff,
  changeHeaders,
  type HeaderLines,
  headerRecord,
  type Incoming,
  type Outgoing,
  requestHeaders,
  schemeOf,
} from "./proxy/headers.ts";
import { openCopy } from "./proxy/mirror.ts";
import { forward } from "./proxy/proxy.ts";
import { redirectLocation, rewriteTarget } from "./proxy/rewrite.ts";
import { type Address, findTarget, type Target } from "./proxy/target.ts";
import { hostName } from "./routing/host.ts";
import type { RequestHead } from "./routing/match.ts";
import type { RouteTable } from "./routing/route-table.ts";
import type { Actions, HeaderChange, Route, WeightedBackend } from "./routing/rule.ts";

/** What requests are answered from. */
export interface AnswerParts {
  readonly clusters: Clusters;
  readonly cache: ObjectCache;
  readonly table: RouteTable;
  /** A number from 0 to 1, by which backends with weights, and mirrored requests, are chosen. */
  readonly random: () => number;
}

/** A request with the rule and the backend that were chosen for it. */
export interface ChosenRoute {
  readonly host: string;
  readonly route: Route;
  readonly target: Target;
  /** What is sent on: the target with its query, and header lines. */
  readonly path: string;
  readonly headers: HeaderLines;
  readonly responseChanges: readonly HeaderChange[];
}

/** Chooses rule, backend and Pod for a request; undefined when no rule fits. */
export function choose({ cache, table, random }: AnswerParts, incoming: Incoming): ChosenRoute | undefined {
  const host = hostName(authorityOf(incoming));
  const route = table.find(host, schemeOf(incoming), headOf(incoming));
  if (route === undefined) return undefined;
  const { rule, cluster } = route;
  const chosen = chooseBackend(rule.backends, random);
  const target: Target =
    chosen === undefined
      ? { type: "invalid", status: 500, reason: "The route names nobody who could answer." }
      : findTarget(cache, cluster, chosen.backend, Math.floor(random() * 2 ** 31));
  const headers = requestHeaders(incoming);
  if (rule.actions.rewriteHost !== undefined) headers.set("host", [rule.actions.rewriteHost]);
  changeHeaders(headers, [...rule.actions.requestHeaders, ...(chosen?.actions.requestHeaders ?? [])]);
  return {
    host,
    route,
    target,
    path: rewriteTarget(incoming.url ?? "/", rule.actions.rewritePath, rule.match.path),
    headers,
    responseChanges: [...(chosen?.actions.responseHeaders ?? []), ...rule.actions.responseHeaders],
  };
}

/** Answers a request. Throws on a bug alone. */
export async function answer(parts: AnswerParts, incoming: Incoming, outgoing: Outgoing): Promise<void> {
  const chosen = choose(parts, incoming);
  if (chosen === undefined) return write(outgoing, noApplication(hostName(authorityOf(incoming))));
  const { actions } = chosen.route.rule;
  const early = earlyAnswer(incoming, chosen.route);
  if (early !== undefined) return write(outgoing, early);
  const changes = [corsChange(actions, incoming), ...chosen.responseChanges];
  const { target } = chosen;
  switch (target.type) {
    case "nobody":
      return write(outgoing, notReady(chosen.host, target.reasons));
    case "invalid":
      return write(outgoing, unroutable(chosen.host, target.status, target.reason));
    case "simulated":
      return write(outgoing, simulated(chosen.host, target.pod, target.images));
    case "files":
      return write(outgoing, await files(parts.clusters, chosen, target, incoming), changes);
    default:
      return proxy(parts, chosen, target.address, changes, incoming, outgoing);
  }
}

/** What the rule itself answers: a browser's question what it may do, or a redirect. */
function earlyAnswer(incoming: Incoming, { rule }: Route): Response | undefined {
  const { cors, redirect } = rule.actions;
  if (cors !== undefined) {
    const asked = {
      method: incoming.method ?? "GET",
      origin: headerOf(incoming, "origin"),
      wantedMethod: headerOf(incoming, "access-control-request-method"),
      wantedHeaders: headerOf(incoming, "access-control-request-headers"),
    };
    if (isPreflight(asked))
      return { status: 204, headers: Object.fromEntries(preflightHeaders(cors, asked)) };
  }
  if (redirect === undefined) return undefined;
  const location = redirectLocation(redirect, rule.match.path, {
    scheme: schemeOf(incoming),
    authority: authorityOf(incoming),
    target: incoming.url ?? "/",
  });
  return { status: redirect.status, headers: { location } };
}

function corsChange({ cors }: Actions, incoming: Incoming): HeaderChange {
  const set = cors === undefined ? [] : answerHeaders(cors, headerOf(incoming, "origin"));
  return { set, add: [], remove: [] };
}

async function files(
  clusters: Clusters,
  { host, route }: ChosenRoute,
  { namespace, configMap }: { readonly namespace: string; readonly configMap: string },
  incoming: Incoming,
): Promise<Response> {
  const key = { namespace, name: configMap };
  const map = await clusters.client(route.cluster).find<ConfigMap>(configMaps, key);
  if (map === undefined) return notReady(host, [`The ConfigMap ${configMap} doesn't exist.`]);
  const request = {
    method: incoming.method ?? "GET",
    path: incoming.url ?? "/",
    headers: { "if-none-match": headerOf(incoming, "if-none-match") ?? "" },
  };
  return serveFiles(request, route.rule.match.path.value, map);
}

async function proxy(
  parts: AnswerParts,
  chosen: ChosenRoute,
  address: Address,
  changes: readonly HeaderChange[],
  incoming: Incoming,
  outgoing: Outgoing,
): Promise<void> {
  const { host, route, path, headers } = chosen;
  const { timeout, actions } = route.rule;
  const gone = new AbortController();
  outgoing.once("close", () => {
    // HTTP/2 calls an answer finished also when its caller gave it up.
    if (!outgoing.writableEnded) gone.abort();
  });
  const late = timeout === undefined ? undefined : AbortSignal.timeout(timeout);
  const signal = late === undefined ? gone.signal : AbortSignal.any([gone.signal, late]);
  const method = incoming.method ?? "GET";
  const hasBody = bodyFollows(incoming);
  const question = { method, target: path, headers, hasBody };
  const copying = actions.mirrors.flatMap(({ backend, share }) => {
    const target = parts.random() < share ? findTarget(parts.cache, route.cluster, backend, 0) : undefined;
    return target?.type === "address" ? [openCopy({ ...question, address: target.address })] : [];
  });
  try {
    const copies = await Promise.all(copying);
    await forward(incoming, outgoing, {
      ...question,
      address,
      changes,
      copies,
      signal,
    });
  } catch (error) {
    if (gone.signal.aborted) return;
    if (outgoing.headersSent) breakOff(outgoing);
    else if (late?.aborted === true) write(outgoing, timedOut(host));
    else write(outgoing, unreachable(host, errorMessage(error)));
  }
}

/** HTTP/2 says it by the stream's end, HTTP/1.1 by the framing. */
function bodyFollows(incoming: Incoming): boolean {
  if ("stream" in incoming) return !incoming.stream.endAfterHeaders;
  const length = incoming.headers["content-length"];
  return incoming.headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

function chooseBackend(
  backends: readonly WeightedBackend[],
  random: () => number,
): WeightedBackend | undefined {
  const total = backends.reduce((sum, { weight }) => sum + weight, 0);
  let left = random() * total;
  for (const backend of backends) {
    if (backend.weight > 0 && left < backend.weight) return backend;
    left -= backend.weight;
  }
  return backends.findLast(({ weight }) => weight > 0);
}

function headOf(incoming: Incoming): RequestHead {
  const [path = "/", ...query] = (incoming.url ?? "/").split("?");
  return {
    method: incoming.method ?? "GET",
    path,
    query: new URLSearchParams(query.join("?")),
    header: (name) => (name === "host" ? authorityOf(incoming) : headerOf(incoming, name)),
  };
}

function headerOf(incoming: Incoming, name: string): string | undefined {
  const value = incoming.headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

/** Writes an answer that is whole. */
function write(outgoing: Outgoing, response: Response, changes: readonly HeaderChange[] = []): void {
  const lines: HeaderLines = new Map(
    Object.entries(response.headers).map(([name, value]) => [name, [value]]),
  );
  changeHeaders(lines, changes);
  outgoing.statusCode = response.status;
  for (const [name, value] of Object.entries(headerRecord(lines))) outgoing.setHeader(name, value);
  const body = response.body instanceof Uint8Array ? response.body : undefined;
  if (body !== undefined && !lines.has("content-length")) outgoing.setHeader("content-length", body.length);
  if (body === undefined) outgoing.end();
  else outgoing.end(body);
}
