import { CatalystError } from "@catalyst/base/errors";
import { operationSchema } from "@catalyst/model/operation";
import { activityViewSchema, sovereignViewSchema } from "@catalyst/model/view";
import { Type } from "@sinclair/typebox";
import { maySee } from "../access/principal.ts";
import { operationView } from "../operations/operation-view.ts";
import { principalOf, type Routes } from "../route.ts";
import { membersOf } from "../views.ts";

/** The Sovereign, operations under way, and the audit view over everything. */
export const sovereignRoutes: Routes = (server, options) => {
  const { projection } = options;

  server.get(
    "/v1/sovereign",
    {
      config: { permission: "signed-in" },
      schema: {
        summary: "What runs behind each protocol",
        tags: ["sovereign"],
        response: { 200: sovereignViewSchema },
      },
    },
    () => options.sovereign(),
  );

  server.get(
    "/v1/operations/:id",
    {
      config: { permission: "signed-in" },
      schema: {
        summary: "Where a change stands",
        tags: ["operations"],
        params: Type.Object({ id: Type.String() }),
        response: { 200: operationSchema },
      },
    },
    async (request) => {
      const record = await options.operations.find(request.params.id);
      const visible =
        record !== undefined &&
        (record.user === principalOf(request).user ||
          maySee(principalOf(request), record, (name) => membersOf(projection, name)));
      if (record === undefined || !visible)
        throw new CatalystError("not-found", `there is no operation "${request.params.id}"`);
      return operationView(record, projection);
    },
  );

  server.get(
    "/metrics",
    {
      config: { permission: "sovereign.admin" },
      schema: {
        summary: "What was counted since the start, in Prometheus' text format",
        tags: ["sovereign"],
        response: { 200: Type.String() },
      },
    },
    (_request, reply) => {
      reply.type("text/plain; version=0.0.4");
      return options.metrics();
    },
  );

  server.get(
    "/v1/audit",
    {
      config: { permission: "sovereign.admin" },
      schema: {
        summary: "Everything anyone changed or tried to, newest first",
        tags: ["sovereign"],
        querystring: Type.Object({
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 200 })),
        }),
        response: { 200: Type.Object({ items: Type.Array(activityViewSchema) }) },
      },
    },
    (request) => {
      // what concerns an Environment is in its own scope too
      const entries = projection.scopes().flatMap((scope) => [...projection.scope(scope).activity]);
      const items = [...new Map(entries).values()];
      return { items: items.sort((a, b) => (a.time < b.time ? 1 : -1)).slice(0, request.query.limit ?? 200) };
    },
  );
};
