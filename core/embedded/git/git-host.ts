import type { Clock } from "@catalyst/base/clock";
import { describeError, errorMessage, isCatalystError } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import type { JudgePush, Pusher } from "@catalyst/ports/git";
import {
  type Handler,
  type Request,
  type Response,
  splitPath,
  type Transport,
} from "@catalyst/ports/transport";
import type { GitAuthorization } from "./authorization.ts";
import { GitFolder } from "./folder.ts";
import { Maintenance } from "./maintenance.ts";
import { repositoryRef } from "./names.ts";
import { prepareGit } from "./program.ts";
import { ReaderPool } from "./reader-pool.ts";
import type { ReceiveOptions } from "./receive.ts";
import { failure, notFound, unauthorized } from "./rest/answers.ts";
import { type RestContext, serveRest } from "./rest/router.ts";
import { restRoutes } from "./rest/routes.ts";
import { Shapes } from "./rest/shapes.ts";
import { parseSmartRequest, serveSmartRequest } from "./smart-http.ts";
import { Webhooks } from "./webhooks/webhooks.ts";

export interface GitHostOptions<P extends Pusher> {
  /** The host's own part of the data folder; the caller holds the data folder's lock. */
  readonly folder: string;
  /** Where people and Flux reach it, without a slash at its end: `http://localhost:8700/git`. */
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Who sends a request, by its credentials; undefined when they are absent or wrong. */
  readonly authenticate: (request: Request) => Promise<P | undefined>;
  readonly authorization: GitAuthorization<P>;
  /** Judges every push before its refs move. */
  readonly judge: JudgePush;
  /** The way to a webhook's origin; undefined refuses it. It must not follow redirects. */
  readonly webhookTransport: (origin: string) => Transport | undefined;
  /** Largest push, in bytes; default 100 MiB. */
  readonly pushLimit?: number;
}

/** A Git host in this process. */
export interface EmbeddedGitHost {
  /** Serves `/<owner>/<name>.git/…` and `/api/v1/…`, paths as they follow the base URL. */
  readonly handler: Handler;
  /** Stops deliveries, readers and packing; a push in progress ends with its request. */
  close(): Promise<void>;
}

/**
 * Opens the Git host over bare repositories in a folder: smart HTTP by git's own programs, and the part of
 * Gitea's REST API that Catalyst uses. Removes what an interrupted run left, and goes on delivering webhooks.
 *
 * Throws `git-program-missing`, `git-hooks-unusable`, `git-folder-damaged`.
 */
export async function openGitHost<P extends Pusher>(options: GitHostOptions<P>): Promise<EmbeddedGitHost> {
  const { clock, logger, authorization, judge, pushLimit = 100 * 1024 * 1024 } = options;
  const program = await prepareGit(options.folder, pushLimit);
  const folder = new GitFolder(options.folder, program);
  await folder.recover();
  const readers = new ReaderPool(program, folder, clock);
  const shapes = new Shapes(options.baseUrl);
  const webhooks = new Webhooks({
    folder,
    readers,
    shapes,
    clock,
    logger,
    transport: options.webhookTransport,
  });
  const maintenance = new Maintenance(program, folder, logger);
  const moved: ReceiveOptions<P>["moved"] = (repository) => {
    void webhooks.poke(repository);
    maintenance.pushed(repository);
  };
  const receive: ReceiveOptions<P> = { program, folder, authorization, judge, logger, pushLimit, moved };
  const rest: RestContext<P> = { folder, readers, webhooks, authorization, shapes, clock };
  const handler = gitHandler(options, receive, rest);
  for (const { name: owner } of await folder.organizations()) {
    for (const { name } of await folder.repositories(owner)) void webhooks.poke({ owner, name });
  }
  return {
    handler,
    close: async () => {
      webhooks.close();
      await maintenance.close();
      readers.close();
    },
  };
}

function gitHandler<P extends Pusher>(
  { authenticate, logger }: GitHostOptions<P>,
  receive: ReceiveOptions<P>,
  context: RestContext<P>,
): Handler {
  return async (request) => {
    const principal = await authenticate(request);
    if (principal === undefined) return unauthorized();
    const { pathname, query } = splitPath(request.path);
    try {
      if (pathname.startsWith("/api/v1/")) {
        const call = { context: context as RestContext, principal, request, query };
        return await serveRest(restRoutes, call, pathname.slice("/api/v1".length));
      }
      return await serveGit(receive, principal, request);
    } catch (error) {
      return failed(logger, request, error);
    }
  };
}

async function serveGit<P extends Pusher>(
  receive: ReceiveOptions<P>,
  principal: P,
  request: Request,
): Promise<Response> {
  const smart = parseSmartRequest(request);
  const repository = smart && repositoryRef(smart.owner, smart.name);
  const record = repository && (await receive.folder.repository(repository));
  if (!smart || !record || !(await receive.authorization.mayRead(principal, repository))) return notFound();
  return serveSmartRequest(receive, smart, record, principal, request);
}

function failed(logger: Logger, request: Request, error: unknown): Response {
  if (isCatalystError(error, "body-too-large") || isCatalystError(error, "git-object-too-large")) {
    return failure(413, error.message);
  }
  if (isCatalystError(error, "body-not-json")) return failure(422, error.message);
  if (request.signal?.aborted) throw error;
  logger.error("a request to the Git host failed", {
    method: request.method,
    path: request.path,
    error: errorMessage(error),
  });
  return failure(500, isCatalystError(error, "git-repository-damaged") ? describeError(error) : "");
}
