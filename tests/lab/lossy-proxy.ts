import { join } from "node:path";
import { httpTransport, openServer } from "@catalyst/adapter-http";
import { systemClock } from "@catalyst/base/clock";
import { isObject } from "@catalyst/base/json";
import { silentLogger } from "@catalyst/base/logger";
import { localAuthority } from "@catalyst/embedded-kubernetes";
import { type Headers, type Request, type Response, readBytes } from "@catalyst/ports/transport";

/** An API server as a controller sees it through a connection that loses things. */
export interface LossyProxy {
  readonly url: string;
  /** The authority its certificate is by (PEM). */
  readonly certificate: string;
  /** HelmReleases, `namespace/name`, whose writes that set Ready are answered and lost. */
  readonly losing: Set<string>;
  /** What was lost so far: a `namespace/name` for each write. */
  readonly lost: readonly string[];
  /** HelmReleases, `namespace/name`, that lists and watches leave out as long as they are of this generation. */
  readonly hidden: Map<string, number>;
  close(): Promise<void>;
}

/** Opens a proxy before the API server at `url`; callers show it their own credentials. */
export async function openLossyProxy(url: string, folder: string): Promise<LossyProxy> {
  const upstream = httpTransport({ baseUrl: url, insecure: true });
  const authority = await localAuthority(join(folder, "proxy-authority"), systemClock);
  const losing = new Set<string>();
  const lost: string[] = [];
  const hidden = new Map<string, number>();
  const handler = async (incoming: Request): Promise<Response> => {
    const request = { ...incoming, headers: passed(incoming.headers) };
    const path = incoming.path.split("?")[0] ?? "";
    if (!path.startsWith("/apis/helm.toolkit.fluxcd.io/")) return answer(await upstream.request(request));
    if (request.method === "PATCH" && path.endsWith("/status")) {
      const body = await readBytes(request);
      const key = /namespaces\/([^/]+)\/helmreleases\/([^/]+)/.exec(path)?.slice(1).join("/") ?? "";
      if (!losing.has(key) || !setsReady(body)) return answer(await upstream.request({ ...request, body }));
      lost.push(key);
      // What is there now, as if it were the outcome.
      return answer(await upstream.request({ method: "GET", path, headers: withoutBody(request.headers) }));
    }
    const response = answer(await upstream.request(request));
    return request.method === "GET" && response.status === 200
      ? hiding(response, incoming.path, hidden)
      : response;
  };
  const server = await openServer(handler, { logger: silentLogger, tls: await authority.issueServer() });
  return {
    url: `https://127.0.0.1:${server.port}`,
    certificate: authority.certificate,
    losing,
    lost,
    hidden,
    close: () => server.close(),
  };
}

/** What is about one connection isn't passed on, nor is the offer to compress: bodies are looked into. */
const ofConnection = new Set([
  "connection",
  "transfer-encoding",
  "content-length",
  "accept-encoding",
  "host",
]);

function passed(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofConnection.has(name)));
}

function withoutBody(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "content-type"));
}

function answer(response: Response): Response {
  return { ...response, headers: passed(response.headers) };
}

function setsReady(body: Uint8Array): boolean {
  const patch: unknown = JSON.parse(new TextDecoder().decode(body));
  const status = isObject(patch) && isObject(patch["status"]) ? patch["status"] : {};
  const { conditions } = status;
  return (
    Array.isArray(conditions) &&
    conditions.some((condition) => condition.type === "Ready" && condition.status === "True")
  );
}

async function hiding(
  response: Response,
  path: string,
  hidden: ReadonlyMap<string, number>,
): Promise<Response> {
  const isHidden = (object: unknown): boolean => {
    const metadata = isObject(object) && isObject(object["metadata"]) ? object["metadata"] : {};
    const generation = hidden.get(`${metadata["namespace"]}/${metadata["name"]}`);
    return generation !== undefined && Number(metadata["generation"]) <= generation;
  };
  if (/[?&]watch=(true|1)/.test(path)) return { ...response, body: eventsWithout(response, isHidden) };
  const list: unknown = JSON.parse(new TextDecoder().decode(await readBytes(response)));
  const items = isObject(list) && Array.isArray(list["items"]) ? list["items"] : undefined;
  const shown =
    items === undefined ? list : { ...(list as object), items: items.filter((item) => !isHidden(item)) };
  return { ...response, body: Buffer.from(JSON.stringify(shown)) };
}

/** A watch's lines but for events of hidden objects. */
async function* eventsWithout(
  { body }: Response,
  isHidden: (object: unknown) => boolean,
): AsyncIterable<Uint8Array> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const event = JSON.parse(line) as { readonly object?: unknown };
      if (!isHidden(event.object)) yield Buffer.from(`${line}\n`);
    }
  }
}
