import type { Pusher, RepositoryRef } from "@catalyst/ports/git";
import { type Request, type Response, splitPath } from "@catalyst/ports/transport";
import { feed, streamOutput } from "./child-streams.ts";
import type { RepositoryRecord } from "./folder.ts";
import { protocolEnvironment, type ReceiveOptions, receivePack } from "./receive.ts";

type Service = "git-upload-pack" | "git-receive-pack";

/** What a smart HTTP request asks for; source: git's http-protocol documentation. */
export interface SmartRequest {
  readonly owner: string;
  readonly name: string;
  readonly service: Service;
  readonly advertise: boolean;
}

/** Largest request to read from a repository: 10 MiB of wants and haves. */
const wantsLimit = 10 * 1024 * 1024;

const noCache = { "cache-control": "no-cache, max-age=0, must-revalidate" };

/** Recognizes a smart HTTP request; undefined for anything else, the dumb protocol included. */
export function parseSmartRequest(request: Request): SmartRequest | undefined {
  const { pathname, query } = splitPath(request.path);
  const match = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(
    pathname,
  );
  if (match === null) return undefined;
  const [, owner = "", name = "", action = ""] = match;
  if (action !== "info/refs") {
    return request.method === "POST"
      ? { owner, name, service: action as Service, advertise: false }
      : undefined;
  }
  const service = query.get("service");
  if (request.method !== "GET" || (service !== "git-upload-pack" && service !== "git-receive-pack"))
    return undefined;
  return { owner, name, service, advertise: true };
}

/**
 * Serves a smart HTTP request that was authenticated and may read the repository. Whether it may write at all is
 * asked here, whether each ref in the verdict.
 */
export async function serveSmartRequest<P extends Pusher>(
  options: ReceiveOptions<P>,
  smart: SmartRequest,
  record: RepositoryRecord,
  principal: P,
  request: Request,
): Promise<Response> {
  const repository: RepositoryRef = { owner: smart.owner, name: smart.name };
  if (
    smart.service === "git-receive-pack" &&
    !(await options.authorization.mayWrite(principal, repository))
  ) {
    return text(403, "You may not write to this repository.\n");
  }
  if (smart.advertise) return advertise(options, repository, smart.service, request);
  if (request.headers["content-type"] !== `application/x-${smart.service}-request`) {
    return text(415, "The content type doesn't fit the service.\n");
  }
  const body =
    smart.service === "git-receive-pack"
      ? receivePack(options, repository, record, principal, request)
      : uploadPack(options, repository, request);
  return {
    status: 200,
    headers: { "content-type": `application/x-${smart.service}-result`, ...noCache },
    body,
  };
}

async function advertise<P extends Pusher>(
  { program, folder }: ReceiveOptions<P>,
  repository: RepositoryRef,
  service: Service,
  request: Request,
): Promise<Response> {
  const environment = protocolEnvironment(request);
  const args = [
    service.slice("git-".length),
    "--stateless-rpc",
    "--advertise-refs",
    folder.directory(repository),
  ];
  const refs = await program.run(args, { environment, signal: request.signal });
  const version2 = service === "git-upload-pack" && environment["GIT_PROTOCOL"] === "version=2";
  return {
    status: 200,
    headers: { "content-type": `application/x-${service}-advertisement`, ...noCache },
    body: version2 ? refs : Buffer.concat([Buffer.from(`${packetLine(`# service=${service}\n`)}0000`), refs]),
  };
}

function uploadPack<P extends Pusher>(
  { program, folder }: ReceiveOptions<P>,
  repository: RepositoryRef,
  request: Request,
): AsyncIterable<Uint8Array> {
  const child = program.start(["upload-pack", "--strict", "--stateless-rpc", folder.directory(repository)], {
    environment: protocolEnvironment(request),
  });
  feed(child, request, wantsLimit);
  return streamOutput(child, request.signal);
}

function packetLine(line: string): string {
  return `${(line.length + 4).toString(16).padStart(4, "0")}${line}`;
}

function text(status: number, body: string): Response {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body: Buffer.from(body) };
}
