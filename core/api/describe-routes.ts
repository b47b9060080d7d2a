import swagger from "@fastify/swagger";
import fastify, { type RouteOptions } from "fastify";
import { lateCompilers } from "./compile-schemas.ts";

interface DescribedRoute {
  readonly schema: object;
  readonly url: string;
  readonly route: { readonly config?: { readonly permission?: string } };
}

/**
 * Describes routes as an OpenAPI 3.1 document. Each operation says by `x-permission` what the caller must be allowed.
 * The routes are put on a server that is never asked: few people read the document, and what writes it is large.
 */
export async function describeRoutes(routes: readonly RouteOptions[], origin: string): Promise<object> {
  const server = fastify({ schemaController: lateCompilers().schemaController });
  await server.register(swagger as never, { openapi: documentOf(origin), transform } as never);
  const unused = () => undefined;
  for (const route of routes) {
    // of a GET, fastify makes the HEAD itself
    if (route.method !== "HEAD") server.route({ ...route, handler: unused });
  }
  await server.ready();
  return (server as typeof server & { swagger(): object }).swagger();
}

function documentOf(origin: string): object {
  return {
    openapi: "3.1.0",
    info: {
      title: "Catalyst",
      version: "1",
      description: "Organizations, Environments and Applications; every change is a commit.",
    },
    servers: [{ url: origin }],
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "A personal token." },
        session: { type: "apiKey", in: "cookie", name: "catalyst_session" },
      },
    },
    security: [{ token: [] }, { session: [] }],
  };
}

function transform({ schema, url, route }: DescribedRoute): object {
  return { schema: { ...schema, "x-permission": route.config?.permission }, url };
}
