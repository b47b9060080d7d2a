import { environmentPlacementSchema } from "@catalyst/model/environment";
import { applicationChangeSchema, planSchema } from "@catalyst/model/plan";
import {
  type ActivityView,
  activityViewSchema,
  commitViewSchema,
  environmentViewSchema,
} from "@catalyst/model/view";
import { commitsOf, commitView } from "@catalyst/projector";
import { Type } from "@sinclair/typebox";
import { carryOutSystemChange, dryRunQuery, systemChangeResult } from "../change.ts";
import { principalOf, type Routes } from "../route.ts";
import { environmentOf } from "../views.ts";

const envParams = Type.Object({ env: Type.String() });
const accepted = { 200: planSchema, 202: systemChangeResult };

const plannedChange = Type.Composite([
  Type.Object({ application: Type.String({ description: "The Application's name." }) }),
  Type.Omit(applicationChangeSchema, ["name"]),
]);

/** Environments: what they are, what happened in them, what a change would do. */
export const environmentRoutes: Routes = (server, options) => {
  const { projection, organizations, provisioning } = options;

  server.get(
    "/v1/environments/:env",
    {
      config: { permission: "organization.read" },
      schema: {
        summary: "An Environment",
        tags: ["environments"],
        params: envParams,
        response: { 200: environmentViewSchema },
      },
    },
    (request) => environmentOf(projection, request.params.env),
  );

  server.patch(
    "/v1/environments/:env",
    {
      config: { permission: "organization.admin" },
      schema: {
        summary: "Change an Environment",
        tags: ["environments"],
        params: envParams,
        querystring: dryRunQuery,
        body: Type.Object({
          displayName: Type.Optional(Type.String({ maxLength: 100 })),
          placement: Type.Optional(environmentPlacementSchema),
        }),
        response: accepted,
      },
    },
    (request, reply) => {
      const { env } = request.params;
      const { organization } = environmentOf(projection, env);
      const subject = { kind: "change-environment", organization, environment: env };
      const change = organizations.changeEnvironment(env, request.body);
      return carryOutSystemChange(request, reply, options, subject, change);
    },
  );

  server.delete(
    "/v1/environments/:env",
    {
      config: { permission: "organization.admin" },
      schema: {
        summary: "Remove an Environment with everything in it",
        tags: ["environments"],
        params: envParams,
        querystring: dryRunQuery,
        response: accepted,
      },
    },
    (request, reply) => {
      const { env } = request.params;
      const { organization } = environmentOf(projection, env);
      const subject = { kind: "remove-environment", organization, environment: env };
      return carryOutSystemChange(request, reply, options, subject, organizations.removeEnvironment(env));
    },
  );

  server.get(
    "/v1/environments/:env/activity",
    {
      config: { permission: "organization.read" },
      schema: {
        summary: "Who changed what, newest first",
        tags: ["environments"],
        params: envParams,
        querystring: Type.Object({
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
        }),
        response: {
          200: Type.Object({ items: Type.Array(activityViewSchema), commits: Type.Array(commitViewSchema) }),
        },
      },
    },
    (request) => {
      environmentOf(projection, request.params.env);
      const state = projection.scope(request.params.env);
      const limit = request.query.limit ?? 50;
      const items = [...state.activity.values()]
        .sort((a: ActivityView, b: ActivityView) => (a.time < b.time ? 1 : -1))
        .slice(0, limit);
      return { items, commits: commitsOf(state).slice(0, limit).map(commitView) };
    },
  );

  server.post(
    "/v1/environments/:env/plan",
    {
      config: { permission: "organization.read" },
      schema: {
        summary: "What a change would do; changes nothing",
        tags: ["environments"],
        params: envParams,
        body: Type.Object({ changes: Type.Array(plannedChange, { minItems: 1, maxItems: 100 }) }),
        response: { 200: planSchema },
      },
    },
    (request) => {
      environmentOf(projection, request.params.env);
      const wishes = request.body.changes.map(({ application, ...wish }) => ({ name: application, ...wish }));
      return provisioning.plan(request.params.env, wishes, principalOf(request));
    },
  );
};
