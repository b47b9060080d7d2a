import { CatalystError } from "@catalyst/base/errors";
import { SerializerSelector } from "@fastify/fast-json-stringify-compiler";
import swagger from "@fastify/swagger";
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import fastify, { type FastifyRequest } from "fastify";
import { authenticate } from "./access/authenticate.ts";
import { requirePermission } from "./access/principal.ts";
import { refuseUnknownFields } from "./closed-schema.ts";
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
import { membersOf } from "./views.ts";

type AnswerSchema = Parameters<ReturnType<ReturnType<typeof SerializerSelector>>>[0];

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
  sovereignRoutes,
  streamRoutes,
  signInRoutes,
];

/**
 * Opens the REST API: every route under `/v1`, described at `/v1/openapi.json`. Give requests to
 * `server.routing(request, response)` after `await server.ready()`.
 */
export async function openApi(options: ApiOptions): Promise<ApiServer> {
  const server: ApiServer = fastify({
    bodyLimit: 1024 * 1024,
    routerOptions: { maxParamLength: 256 },
  }).withTypeProvider<TypeBoxTypeProvider>();
  const serialize = SerializerSelector()({}, {});
  server.setValidatorCompiler(TypeBoxValidatorCompiler);
  server.setSerializerCompiler((route) => onFirstUse(() => serialize(route as AnswerSchema)));
  server.decorateRequest("principal", undefined);
  server.addHook("onRoute", (route) => {
    if (route.config?.permission === undefined)
      throw new CatalystError(
        "route-without-permission",
        `${String(route.method)} ${route.url} has no permission`,
      );
  });
  server.addHook("onRoute", refuseUnknownFields);
  server.addHook("onRequest", (request) => admit(request, options));
  acceptEmptyBodies(server);
  answerProblems(server, options);
  await describe(server, options);
  await server.register(async (scope) => {
    for (const register of routes) register(scope as unknown as ApiServer, options);
  });
  healthRoutes(server);
  server.get("/v1/openapi.json", { config: { permission: "public" }, schema: { hide: true } }, () =>
    server.swagger(),
  );
  await server.ready();
  return server;
}

/** Compiles the schema of an answer when it is first given: all of them at once would hold up the start. */
function onFirstUse(compile: () => (answer: unknown) => string): (answer: unknown) => string {
  let compiled: ((answer: unknown) => string) | undefined;
  return (answer) => {
    compiled ??= compile();
    return compiled(answer);
  };
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

interface DescribedRoute {
  readonly schema: object;
  readonly url: string;
  readonly route: { readonly config?: { readonly permission?: string } };
}

/** Each operation says by `x-permission` what the caller must be allowed. */
async function describe(server: ApiServer, options: ApiOptions): Promise<void> {
  await server.register(
    swagger as never,
    {
      openapi: {
        openapi: "3.1.0",
        info: {
          title: "Catalyst",
          version: "1",
          description: "Organizations, Environments and Applications; every change is a commit.",
        },
        servers: [{ url: options.origin }],
        components: {
          securitySchemes: {
            token: { type: "http", scheme: "bearer", description: "A personal token." },
            session: { type: "apiKey", in: "cookie", name: "catalyst_session" },
          },
        },
        security: [{ token: [] }, { session: [] }],
      },
      transform: ({ schema, url, route }: DescribedRoute) => ({
        schema: { ...schema, "x-permission": route.config?.permission },
        url,
      }),
    } as never,
  );
}
