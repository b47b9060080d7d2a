import {
  type ForwardTarget,
  forward,
  forwardedHeaders,
  isOnOwnNetwork,
  rewriteLinks,
} from "@catalyst/embedded-proxy";
import { asksUpgrade, type Headers, type Response } from "@catalyst/ports/transport";
import { StatusError } from "../machinery/index.ts";
import type { Answer } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { proxyTarget } from "./proxy-target.ts";

/**
 * Sends a request on to the server of a Pod, or of one behind a Service, and gives its answer: addresses in it that
 * lead to that server lead there by this way again.
 */
export async function proxy(call: Call): Promise<Answer> {
  const target = proxyTarget(call);
  const { method } = call.request;
  if (
    call.route.rest === "" &&
    asksUpgrade(call.request.headers) === undefined &&
    /^(GET|HEAD)$/.test(method)
  )
    return {
      type: "response",
      response: { status: 301, headers: { location: withSlash(call.request.path) } },
    };
  const response = await send(call, target);
  return { type: "response", response: await rewritten(call, target, response) };
}

/** A page's relative addresses begin at the last slash. */
function withSlash(path: string): string {
  return path.replace(/(\?.*)?$/, (query) => `/${query}`);
}

async function send(call: Call, target: ForwardTarget): Promise<Response> {
  const unreachable = (why: string) =>
    new StatusError(503, "ServiceUnavailable", `error trying to reach service: ${why}`);
  if (call.parts.node?.simulated === true)
    throw unreachable(
      "this Pod is simulated: nothing runs. To run it for real: ./catalyst up --runtime podman",
    );
  if (!isOnOwnNetwork(target.host)) throw unreachable(`the Pod at ${target.host} isn't running here`);
  const [, query = ""] = /^[^?]*(\?.*)?$/.exec(call.request.path) ?? [];
  const path = `${call.route.rest || "/"}${query}`;
  try {
    return await forward(call.request, target, { path, headers: sentHeaders(call) });
  } catch (error) {
    if (call.request.signal?.aborted) throw error;
    throw unreachable((error as Error).message);
  }
}

/** What is ours isn't the Pod's to see: the caller's credentials least of all. */
function sentHeaders({ request, route }: Call): Headers {
  const kept = Object.entries(forwardedHeaders(request)).filter(
    ([name]) =>
      name !== "authorization" &&
      !name.startsWith("impersonate-") &&
      // A page that comes compressed couldn't be rewritten.
      name !== "accept-encoding" &&
      name !== "x-forwarded-host" &&
      name !== "x-forwarded-proto",
  );
  const [uri = ""] = request.path.split("?");
  return { ...Object.fromEntries(kept), "x-forwarded-uri": route.rest === "" ? `${uri}/` : uri };
}

async function rewritten(call: Call, target: ForwardTarget, response: Response): Promise<Response> {
  const headers = Object.fromEntries(
    Object.entries(response.headers).filter(([name]) => !name.startsWith("access-control-allow-")),
  );
  const rewrite = (url: string) =>
    rewriteUrl(url, prefixOf(call), [target.host, call.request.headers["host"] ?? ""]);
  const location = headers["location"];
  if (location !== undefined) return { ...response, headers: { ...headers, location: rewrite(location) } };
  const isPage = /^text\/html\s*(;|$)/.test(headers["content-type"] ?? "");
  const { body } = response;
  if (
    !isPage ||
    headers["content-encoding"] !== undefined ||
    body === undefined ||
    body instanceof Uint8Array
  )
    return { ...response, headers };
  const { "content-length": _length, ...rest } = headers;
  return { ...response, headers: rest, body: rewriteLinks(body, rewrite) };
}

/** The path of a server's root as its callers name it. */
function prefixOf({ request, route }: Call): string {
  const [path = ""] = request.path.split("?");
  return route.rest === "" ? path : path.slice(0, -route.rest.length);
}

/** An absolute path of the proxied server, as the caller has to ask for it; other addresses stay as they are. */
function rewriteUrl(url: string, prefix: string, hosts: readonly string[]): string {
  const [, lead = "", host, path = ""] = /^((?:https?:)?(?:\/\/([^/?#]*))?)([^?#]*)/.exec(url) ?? [];
  const isElsewhere = host !== undefined && !hosts.some((own) => host === own || host.split(":")[0] === own);
  if (isElsewhere || !path.startsWith("/") || path.startsWith(prefix)) return url;
  return `${prefix}${url.slice(lead.length)}`;
}
