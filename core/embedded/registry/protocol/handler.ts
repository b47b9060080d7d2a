import type { Logger } from "@catalyst/base/logger";
import type { Handler, Request, Response } from "@catalyst/ports/transport";
import type { RegistryAccess, RegistryAction } from "../access.ts";
import { blobRoute, unsupported } from "./blobs.ts";
import { type Exchange, empty } from "./context.ts";
import { catalogRoute, referrersRoute, tagsRoute } from "./lists.ts";
import { manifestRoute } from "./manifests.ts";
import { problemResponse, RegistryProblem } from "./problem.ts";
import { parseRoute, type Route } from "./route.ts";
import { uploadRoute, uploadsRoute } from "./uploads.ts";

export type ExchangeParts = Omit<Exchange, "request" | "query" | "allows">;

/** Makes the Handler of the distribution protocol: authenticate, route, answer. */
export function registryHandler(parts: ExchangeParts, access: RegistryAccess, logger: Logger): Handler {
  return async (request) => {
    try {
      return withVersion(await answer(parts, access, request));
    } catch (error) {
      return withVersion(failure(error, request, logger));
    }
  };
}

async function answer(parts: ExchangeParts, access: RegistryAccess, request: Request): Promise<Response> {
  const url = new URL(request.path, "http://registry.invalid");
  const route = parseRoute(decodeURIComponent(url.pathname));
  if (route === undefined) throw new RegistryProblem("NAME_UNKNOWN", "this is no path of the registry");
  const repository = "repository" in route ? route.repository : undefined;
  await authorize(access, request, repository, actionOf(route, request.method));
  const allows: Exchange["allows"] = (other, action) => access(request, other, action);
  return dispatch({ ...parts, request, query: url.searchParams, allows }, route);
}

async function authorize(
  access: RegistryAccess,
  request: Request,
  repository: string | undefined,
  action: RegistryAction,
): Promise<void> {
  const verdict = await access(request, repository, action);
  if (verdict === "unauthenticated") {
    throw new RegistryProblem("UNAUTHORIZED", "a valid token is needed", {
      "www-authenticate": 'Basic realm="Catalyst registry"',
    });
  }
  if (verdict === "denied") throw new RegistryProblem("DENIED", `you may not ${action} here`);
}

function actionOf(route: Route, method: string): RegistryAction {
  if (route.kind === "uploads" || route.kind === "upload") return "push";
  if (method === "GET" || method === "HEAD") return "pull";
  return method === "DELETE" ? "delete" : "push";
}

async function dispatch(exchange: Exchange, route: Route): Promise<Response> {
  switch (route.kind) {
    case "blob":
      return blobRoute(exchange, route.repository, route.digest);
    case "uploads":
      return uploadsRoute(exchange, route.repository);
    case "upload":
      return uploadRoute(exchange, route.repository, route.upload);
    case "manifest":
      return manifestRoute(exchange, route.repository, route.reference);
  }
  const { method } = exchange.request;
  if (method !== "GET" && method !== "HEAD") throw unsupported(method);
  switch (route.kind) {
    case "base":
      return empty(200);
    case "catalog":
      return catalogRoute(exchange);
    case "tags":
      return tagsRoute(exchange, route.repository);
    case "referrers":
      return referrersRoute(exchange, route.repository, route.digest);
  }
}

function failure(error: unknown, request: Request, logger: Logger): Response {
  if (error instanceof RegistryProblem) return problemResponse(error);
  if (error instanceof URIError) {
    return problemResponse(new RegistryProblem("NAME_INVALID", "the path can't be read"));
  }
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENOSPC" || code === "EDQUOT") {
    logger.error("the registry's disk is full", { method: request.method });
    return problemResponse(new RegistryProblem("UNAVAILABLE", "the registry's disk is full"));
  }
  throw error;
}

function withVersion(response: Response): Response {
  return {
    ...response,
    headers: { "docker-distribution-api-version": "registry/2.0", ...response.headers },
  };
}
