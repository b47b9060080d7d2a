import { CatalystError } from "@catalyst/base/errors";
import { environmentPlacementSchema, environmentTypeSchema } from "@catalyst/model/environment";
import { environmentName } from "@catalyst/model/naming";
import { planSchema } from "@catalyst/model/plan";
import { memberSchema } from "@catalyst/model/role";
import { type EnvironmentView, environmentViewSchema, organizationViewSchema } from "@catalyst/model/view";
import { organizationView, organizationViews } from "@catalyst/projector";
import { Type } from "@sinclair/typebox";
import { maySee } from "../access/principal.ts";
import { carryOutSystemChange, dryRunQuery, systemChangeResult } from "../change.ts";
import { paged, pageOf, pageQuery } from "../paging.ts";
import { principalOf, type Routes } from "../route.ts";
import { environmentOf, membersOf } from "../views.ts";

const orgParams = Type.Object({ org: Type.String() });
const organizationFields = {
  displayName: Type.Optional(Type.String({ maxLength: 100 })),
  members: Type.Optional(Type.Array(memberSchema)),
};

/** Organizations and the Environments they have. */
export const organizationRoutes: Routes = (server, options) => {
  const { projection, organizations } = options;
  const members = (name: string) => membersOf(projection, name);

  server.get(
    "/v1/organizations",
    {
      config: { permission: "signed-in" },
      schema: {
        summary: "Organizations I have a part in",
        tags: ["organizations"],
        querystring: Type.Object(pageQuery),
        response: { 200: pageOf(organizationViewSchema) },
      },
    },
    (request) => {
      const principal = principalOf(request);
      const visible = organizationViews(projection.sovereign).filter((organization) =>
        maySee(principal, { organization: organization.name }, members),
      );
      return paged(
        visible,
        request.query,
        ["displayName", "createdAt"],
        (item) => `${item.name} ${item.displayName}`,
      );
    },
  );

  server.post(
    "/v1/organizations",
    {
      config: { permission: "sovereign.admin" },
      schema: {
        summary: "Create an Organization",
        tags: ["organizations"],
        querystring: dryRunQuery,
        body: Type.Object({ name: Type.String(), ...organizationFields }),
        response: { 200: planSchema, 202: systemChangeResult },
      },
    },
    (request, reply) => {
      const { name, ...spec } = request.body;
      const subject = { kind: "create-organization", organization: name };
      const change = organizations.create(name, { members: [], ...spec });
      return carryOutSystemChange(request, reply, options, subject, change);
    },
  );

  server.get(
    "/v1/organizations/:org",
    {
      config: { permission: "organization.read" },
      schema: {
        summary: "An Organization",
        tags: ["organizations"],
        params: orgParams,
        response: { 200: organizationViewSchema },
      },
    },
    (request) => {
      const view = organizationView(projection.sovereign, request.params.org);
      if (view === undefined)
        throw new CatalystError("not-found", `there is no Organization "${request.params.org}"`);
      return view;
    },
  );

  server.patch(
    "/v1/organizations/:org",
    {
      config: { permission: "organization.admin" },
      schema: {
        summary: "Change an Organization",
        tags: ["organizations"],
        params: orgParams,
        querystring: dryRunQuery,
        body: Type.Object(organizationFields),
        response: { 200: planSchema, 202: systemChangeResult },
      },
    },
    (request, reply) => {
      const { org } = request.params;
      const subject = { kind: "change-organization", organization: org };
      return carryOutSystemChange(request, reply, options, subject, organizations.change(org, request.body));
    },
  );

  server.delete(
    "/v1/organizations/:org",
    {
      config: { permission: "sovereign.admin" },
      schema: {
        summary: "Remove an Organization that has no Environments",
        tags: ["organizations"],
        params: orgParams,
        querystring: dryRunQuery,
        response: { 200: planSchema, 202: systemChangeResult },
      },
    },
    (request, reply) => {
      const { org } = request.params;
      const subject = { kind: "remove-organization", organization: org };
      return carryOutSystemChange(request, reply, options, subject, organizations.remove(org));
    },
  );

  server.get(
    "/v1/organizations/:org/environments",
    {
      config: { permission: "organization.read" },
      schema: {
        summary: "An Organization's Environments",
        tags: ["environments"],
        params: orgParams,
        querystring: Type.Object(pageQuery),
        response: { 200: pageOf(environmentViewSchema) },
      },
    },
    (request) => {
      const principal = principalOf(request);
      const names = organizationView(projection.sovereign, request.params.org)?.environments ?? [];
      const views = names
        .filter((environment) =>
          maySee(principal, { organization: request.params.org, environment }, members),
        )
        .map((environment): EnvironmentView => environmentOf(projection, environment));
      return paged(views, request.query, ["type", "createdAt"], (item) => `${item.name} ${item.displayName}`);
    },
  );

  server.post(
    "/v1/organizations/:org/environments",
    {
      config: { permission: "organization.admin" },
      schema: {
        summary: "Create an Environment",
        tags: ["environments"],
        params: orgParams,
        querystring: dryRunQuery,
        body: Type.Object({
          type: environmentTypeSchema,
          displayName: Type.Optional(Type.String({ maxLength: 100 })),
          placement: Type.Optional(environmentPlacementSchema),
        }),
        response: { 200: planSchema, 202: systemChangeResult },
      },
    },
    (request, reply) => {
      const { org } = request.params;
      const { type, ...spec } = request.body;
      const environment = environmentName(org, type);
      const subject = { kind: "create-environment", organization: org, environment };
      const change = organizations.createEnvironment(org, type, spec);
      return carryOutSystemChange(request, reply, options, subject, change);
    },
  );
};
