import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { CatalystError } from "@catalyst/base/errors";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from "fastify";
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
