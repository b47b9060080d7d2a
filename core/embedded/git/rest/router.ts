import type { Clock } from "@catalyst/base/clock";
import type { Pusher, RepositoryRef } from "@catalyst/ports/git";
import { pathSegments, type Request, type Response } from "@catalyst/ports/transport";
import type { GitAuthorization } from "../authorization.ts";
import type { GitFolder, RepositoryRecord } from "../folder.ts";
import { repositoryRef } from "../names.ts";
import type { ReaderPool } from "../reader-pool.ts";
import type { RepositoryReader } from "../repository-reader.ts";
import type { Webhooks } from "../webhooks/webhooks.ts";
import { forbidden, notFound } from "./answers.ts";
import type { Shapes } from "./shapes.ts";

/** What the REST routes work with. */
export interface RestContext<P extends Pusher = Pusher> {
  readonly folder: GitFolder;
  readonly readers: ReaderPool;
  readonly webhooks: Webhooks;
  readonly authorization: GitAuthorization<P>;
  readonly shapes: Shapes;
  readonly clock: Clock;
}

/** One authenticated request; `parameters` are the decoded path segments, `*` the rest of the path. */
export interface RestCall {
  readonly context: RestContext;
  readonly principal: Pusher;
  readonly request: Request;
  readonly query: URLSearchParams;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A call below `/repos/{owner}/{repo}`, which the principal may read. */
export interface RepositoryCall extends RestCall {
  readonly repository: RepositoryRef;
  readonly record: RepositoryRecord;
  read<T>(use: (reader: RepositoryReader) => Promise<T>): Promise<T>;
}

/** Every route states what it demands before its handler runs; there is no route without. */
type Route =
  | {
      readonly method: string;
      readonly path: string;
      readonly demands: "sign-in";
      handle(call: RestCall): Promise<Response>;
    }
  | {
      readonly method: string;
      readonly path: string;
      readonly demands: "read" | "write" | "administer";
      handle(call: RepositoryCall): Promise<Response>;
    };

export type RestRoutes = readonly Route[];

/** Finds the route of a request, checks what it demands, and runs it. `path` is what follows `/api/v1`. */
export async function serveRest(
  routes: RestRoutes,
  call: Omit<RestCall, "parameters">,
  path: string,
): Promise<Response> {
  const segments = pathSegments(path);
  if (segments === undefined) return notFound();
  for (const route of routes) {
    if (route.method !== call.request.method) continue;
    const parameters = matchPath(route.path, segments);
    if (parameters === undefined) continue;
    if (route.demands === "sign-in") return route.handle({ ...call, parameters });
    return serveRepositoryRoute(route, { ...call, parameters });
  }
  return notFound();
}

async function serveRepositoryRoute(
  route: Exclude<Route, { readonly demands: "sign-in" }>,
  call: RestCall,
): Promise<Response> {
  const { context, principal, parameters } = call;
  const repository = repositoryRef(parameters["owner"] ?? "", parameters["repo"] ?? "");
  const record = repository && (await context.folder.repository(repository));
  if (!record || !(await context.authorization.mayRead(principal, repository))) return notFound();
  if (route.demands === "write" && !(await context.authorization.mayWrite(principal, repository))) {
    return forbidden("user should have a permission to write to a repo");
  }
  if (
    route.demands === "administer" &&
    !(await context.authorization.mayAdminister(principal, repository.owner))
  ) {
    return forbidden("user should be an owner or a collaborator with admin write of a repository");
  }
  const read: RepositoryCall["read"] = (use) => context.readers.use(repository, use);
  return route.handle({ ...call, repository, record, read });
}

function matchPath(pattern: string, segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  const wanted = pattern.split("/").slice(1);
  for (const [index, token] of wanted.entries()) {
    if (token === "*") {
      parameters["*"] = segments.slice(index).join("/");
      return segments.length > index ? parameters : undefined;
    }
    const given = segments[index];
    if (given === undefined || given === "") return undefined;
    if (token.startsWith(":")) parameters[token.slice(1)] = given;
    else if (token !== given) return undefined;
  }
  return wanted.length === segments.length ? parameters : undefined;
}

/** One page of a list by Gitea's `page` and `limit`: 50 at most, 30 unless asked. */
export function pageOf(query: URLSearchParams): {
  readonly page: number;
  readonly limit: number;
  readonly skip: number;
} {
  const page = Math.max(1, Number.parseInt(query.get("page") ?? "1", 10) || 1);
  const asked = Number.parseInt(query.get("limit") ?? "30", 10) || 30;
  const limit = Math.min(50, Math.max(1, asked));
  return { page, limit, skip: (page - 1) * limit };
}

/** Largest JSON body of a request: none here needs more. */
export const bodyLimit = 1024 * 1024;
