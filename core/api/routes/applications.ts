import { placementSchema } from "@catalyst/model/placement";
import { type ApplicationChange, applicationChangeSchema, planSchema } from "@catalyst/model/plan";
import { applicationViewSchema } from "@catalyst/model/view";
import { applicationViews } from "@catalyst/projector";
import { type Static, Type } from "@sinclair/typebox";
import { change, changeResult, etagOf } from "../application-change.ts";
import { dryRunQuery } from "../change.ts";
import { paged, pageOf, pageQuery } from "../paging.ts";
import type { Routes } from "../route.ts";
import { applicationOf, environmentOf } from "../views.ts";

const envParams = Type.Object({ env: Type.String() });
const appParams = Type.Object({ env: Type.String(), app: Type.String() });

/** What a PATCH may change. */
const changeFields = Type.Object({
  blueprint: Type.Optional(Type.Object({ version: Type.String() })),
  size: Type.Optional(Type.String()),
  config: Type.Optional(Type.Object({}, { additionalProperties: true })),
  secrets: applicationChangeSchema.properties.secrets,
  placement: Type.Optional(placementSchema),
  bindings: Type.Optional(Type.Record(Type.String(), Type.Object({ application: Type.String() }))),
});

/** Applications: read from the projection, changed by commits. */
export const applicationRoutes: Routes = (server, options) => {
  const { projection } = options;

  server.get(
    "/v1/environments/:env/applications",
    {
      config: { permission: "organization.read" },
      schema: {
        summary: "An Environment's Applications",
        tags: ["applications"],
        params: envParams,
        querystring: Type.Object({ ...pageQuery, phase: Type.Optional(Type.String()) }),
        response: { 200: pageOf(applicationViewSchema) },
      },
    },
    (request) => {
      const { env } = request.params;
      environmentOf(projection, env);
      const { phase } = request.query;
      const views = applicationViews(projection.scope(env), env).filter(
        (view) => phase === undefined || view.phase === phase,
      );
      return paged(
        views,
        request.query,
        ["phase", "createdAt"],
        (item) => `${item.name} ${item.blueprint.name} ${item.phase}`,
      );
    },
  );

  server.post(
    "/v1/environments/:env/applications",
    {
      config: { permission: "application.write" },
      schema: {
        summary: "Install a Blueprint",
        tags: ["applications"],
        params: envParams,
        querystring: dryRunQuery,
        body: Type.Omit(applicationChangeSchema, ["remove", "suspended"]),
        response: { 200: planSchema, 202: changeResult },
      },
    },
    async (request, reply) => {
      const wish = request.body as ApplicationChange;
      return change(request, reply, options, {
        kind: "install",
        wishes: [wish],
        application: wish.name,
        expected: "absent",
      });
    },
  );

  server.get(
    "/v1/environments/:env/applications/:app",
    {
      config: { permission: "organization.read" },
      schema: {
        summary: "An Application",
        tags: ["applications"],
        params: appParams,
        response: { 200: applicationViewSchema },
      },
    },
    async (request, reply) => {
      const view = applicationOf(projection, request.params.env, request.params.app);
      return reply.header("etag", etagOf(view)).send(view);
    },
  );

  server.patch(
    "/v1/environments/:env/applications/:app",
    {
      config: { permission: "application.write" },
      schema: {
        summary:
          "Change an Application; If-Match with the ETag read refuses to overwrite a change seen by nobody",
        tags: ["applications"],
        params: appParams,
        querystring: dryRunQuery,
        body: changeFields,
        response: { 200: planSchema, 202: changeResult },
      },
    },
    (request, reply) => {
      const view = applicationOf(projection, request.params.env, request.params.app);
      const { blueprint, ...fields } = request.body as Static<typeof changeFields>;
      const wish: ApplicationChange = {
        name: view.name,
        ...fields,
        ...(blueprint === undefined
          ? {}
          : { blueprint: { name: view.blueprint.name, version: blueprint.version } }),
      };
      return change(request, reply, options, {
        kind: "change",
        wishes: [wish],
        application: view.name,
        expected: "present",
      });
    },
  );

  server.delete(
    "/v1/environments/:env/applications/:app",
    {
      config: { permission: "application.write" },
      schema: {
        summary: "Remove an Application",
        tags: ["applications"],
        params: appParams,
        querystring: dryRunQuery,
        response: { 200: planSchema, 202: changeResult },
      },
    },
    (request, reply) => {
      const { name } = applicationOf(projection, request.params.env, request.params.app);
      return change(request, reply, options, {
        kind: "remove",
        wishes: [{ name, remove: true }],
        application: name,
        expected: "present",
      });
    },
  );
};
