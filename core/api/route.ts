import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { CatalystError } from "@catalyst/base/errors";
import type { Headers } from "@catalyst/ports/transport";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from "fastify";
import { renewed } from "./access/authenticate.ts";
import type { Permission } from "./access/permissions.ts";
import type { Principal } from "./access/principal.ts";
import type { ApiOptions } from "./options.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the route lets somebody do; a route without it can't be registered. */
    readonly permission?: Permission;
  }
  interface FastifyRequest {
    principal: Principal | undefined;
  }
}

/** The API's server with its types. */
export type ApiServer = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Registers the routes of one noun. */
export type Routes = (server: ApiServer, options: ApiOptions) => void;

/** The caller; routes that need no sign-in have none. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === undefined) throw new CatalystError("unauthenticated", "sign in first");
  return request.principal;
}

/**
 * The caller as it is now, for answers that go on for long; undefined once what it was let in with holds no
 * more, and the answer is to end.
 */
export function callerNow(request: FastifyRequest, options: ApiOptions): Principal | undefined {
  return renewed(principalOf(request), headersOf(request), options.access);
}

/** The headers of a request as the ports have them. */
export function headersOf(request: FastifyRequest): Headers {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value ?? "")]),
  );
}
