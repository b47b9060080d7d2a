import { CatalystError } from "@catalyst/base/errors";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import fastify, { type FastifyRequest, type RouteOptions } from "fastify";
import { authenticate } from "./access/authenticate.ts";
import { requirePermission } from "./access/principal.ts";
import { refuseUnknownFields } from "./closed-schema.ts";
import { lateCompilers } from "./compile-schemas.ts";
import type { ApiOptions } from "./options.ts";
import { problemDocument, statusOf } from "./problem.ts";
import { type ApiServer, headersOf, type Routes } from "./route.ts";
import { applicationActionRoutes } from "./routes/application-actions.ts";
import { applicationDetailRoutes } from "./routes/application-details.ts";
import { applicationRoutes } from "./routes/applications.ts";
import { blueprintRoutes } from "./routes/blueprints.ts";
import { environmentRoutes } from "./routes/environments.ts";
import { logRoutes } from "./routes/logs.ts";
import { meRoutes } from "./routes/me.ts";
import { memberRoutes } from "./routes/members.ts";
import { organizationRoutes } from "./routes/organizations.ts";
import { secretRoutes } from "./routes/secrets.ts";
import { signInRoutes } from "./routes/sign-in.ts";
import { sovereignRoutes } from "./routes/sovereign.ts";
import { streamRoutes } from "./routes/stream.ts";
import { valueRoutes } from "./routes/values.ts";
import { membersOf } from "./views.ts";

export type { ApiServer };

const routes: readonly Routes[] = [
  meRoutes,
  organizationRoutes,
  memberRoutes,
  environmentRoutes,
  applicationRoutes,
  applicationDetailRoutes,
  applicationActionRoutes,
  secretRoutes,
  logRoutes,
  blueprintRoutes,
  valueRoutes,
  sovereignRoutes,
  streamRoutes,
  signInRoutes,
];

/**
 * Opens the REST API: every route under `/v1`, described at `/v1/openapi.json`. Give requests to
 * `server.routing(request, response)` after `await server.ready()`.
 */
export async function openApi(options: ApiOptions): Promise<ApiServer> {
  const compilers = lateCompilers();
  const server: ApiServer = fastify({
    bodyLimit: 1024 * 1024,
    routerOptions: { maxParamLength: 256 },
    schemaController: compilers.schemaController,
  }).withTypeProvider<TypeBoxTypeProvider>();
  server.decorateRequest("principal", undefined);
  server.addHook("onRoute", (route) => {
    if (route.config?.permission === undefined)
      throw new CatalystError(
        "route-without-permission",
        `${String(route.method)} ${route.url} has no permission`,
      );
  });
  server.addHook("onRoute", refuseUnknownFields);
  const described: RouteOptions[] = [];
  server.addHook("onRoute", (route) => void described.push(route));
  server.addHook("onRequest", (request) => admit(request, options));
  server.addHook("onRequest", () => compilers.load());
  acceptEmptyBodies(server);
  answerProblems(server, options);
  for (const register of routes) register(server, options);
  healthRoutes(server);
  let description: Promise<object> | undefined;
  server.get("/v1/openapi.json", { config: { permission: "public" }, schema: { hide: true } }, () => {
    // Anybody may ask, and the routes stay as they are: it is written once.
    description ??= import("./describe-routes.ts").then(({ describeRoutes }) =>
      describeRoutes(described, options.origin),
    );
    return description;
  });
  await server.ready();
  return server;
}

/** A request that says it sends JSON and sends nothing, sends nothing: many programs do so on DELETE. */
function acceptEmptyBodies(server: ApiServer): void {
  const parse = server.getDefaultJsonParser("error", "error");
  server.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") done(null, undefined);
    else parse(request, body as string, done);
  });
}

/** For whoever watches this process: that it lives, and that it serves. */
function healthRoutes(server: ApiServer): void {
  for (const path of ["/healthz", "/readyz"]) {
    server.get(path, { config: { permission: "public" }, schema: { hide: true } }, (_request, reply) =>
      reply.type("text/plain").send("ok\n"),
    );
  }
}

/** Who calls, and may they? Before anything of the body is read. */
async function admit(request: FastifyRequest, options: ApiOptions): Promise<void> {
  const permission = request.routeOptions.config.permission;
  if (permission === undefined || permission === "public") return;
  const principal = await authenticate(request.method, headersOf(request), options.access);
  if (principal === undefined)
    throw new CatalystError("unauthenticated", "sign in first", {
      hint: "Open /v1/sign-in, or send a token.",
    });
  const { org, env } = request.params as { readonly org?: string; readonly env?: string };
  requirePermission(principal, permission, { organization: org, environment: env }, (name) =>
    membersOf(options.projection, name),
  );
  request.principal = principal;
}

function answerProblems(server: ApiServer, options: ApiOptions): void {
  server.setNotFoundHandler({}, (request, reply) => {
    const error = new CatalystError(
      "not-found",
      `there is no ${request.method} ${request.url.split("?")[0]}`,
    );
    return reply.code(404).type("application/problem+json").send(problemDocument(error));
  });
  server.setErrorHandler((thrown, request, reply) => {
    const error = fromFastify(thrown);
    if (statusOf(error) === 500)
      options.logger.error("request failed", {
        method: request.method,
        path: request.url.split("?")[0],
        error: String((thrown as Error).stack ?? thrown),
      });
    const document = problemDocument(error);
    return reply.code(document.status).type("application/problem+json").send(document);
  });
}

/** Fastify's own errors: a body that doesn't fit its schema, isn't JSON, or is too large. */
function fromFastify(error: unknown): unknown {
  if (error instanceof CatalystError || typeof error !== "object" || error === null) return error;
  const { validation, statusCode, message } = error as {
    readonly validation?: readonly { readonly instancePath?: string; readonly message?: string }[];
    readonly statusCode?: number;
    readonly message?: string;
  };
  const [first] = validation ?? [];
  if (first !== undefined) {
    const field = (first.instancePath ?? "")
      .split("/")
      .filter((part) => part !== "")
      .join(".");
    return new CatalystError(
      "request-invalid",
      `${field === "" ? "the request" : field}: ${first.message ?? "is not valid"}`,
      { place: { field }, cause: error },
    );
  }
  if (statusCode === 413)
    return new CatalystError("body-too-large", "the body is larger than 1 MiB", { cause: error });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new CatalystError("request-invalid", message ?? "the request isn't valid", { cause: error });
  return error;
}
