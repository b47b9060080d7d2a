import { CatalystError } from "@catalyst/base/errors";
import { whySchema } from "@catalyst/model/application";
import { commitViewSchema, eventViewSchema, podViewSchema } from "@catalyst/model/view";
import { applicationEvents, applicationHistory, applicationPods } from "@catalyst/projector";
import { Type } from "@sinclair/typebox";
import { principalOf, type Routes } from "../route.ts";
import { applicationOf, environmentOf } from "../views.ts";

const path = "/v1/environments/:env/applications/:app";
const appParams = Type.Object({ env: Type.String(), app: Type.String() });

/** What is to be known of one Application besides its view. */
export const applicationDetailRoutes: Routes = (server, options) => {
  const { projection } = options;

  server.get(
    `${path}/why`,
    {
      config: { permission: "organization.read" },
      schema: {
        summary: "Why it isn't Running",
        tags: ["applications"],
        params: appParams,
        response: { 200: Type.Object({ phase: Type.String(), why: Type.Optional(whySchema) }) },
      },
    },
    (request) => {
      const { phase, why } = applicationOf(projection, request.params.env, request.params.app);
      return { phase, ...(why === undefined ? {} : { why }) };
    },
  );

  server.get(
    `${path}/events`,
    {
      config: { permission: "organization.read" },
      schema: {
        summary: "What happened to its objects, newest first",
        tags: ["applications"],
        params: appParams,
        response: { 200: Type.Object({ items: Type.Array(eventViewSchema) }) },
      },
    },
    (request) => {
      const { env, app } = request.params;
      applicationOf(projection, env, app);
      return { items: [...applicationEvents(projection.scope(env), app)].slice(0, 500) };
    },
  );

  server.get(
    `${path}/pods`,
    {
      config: { permission: "organization.read" },
      schema: {
        summary: "Its Pods",
        tags: ["applications"],
        params: appParams,
        response: { 200: Type.Object({ items: Type.Array(podViewSchema) }) },
      },
    },
    (request) => {
      const { env, app } = request.params;
      applicationOf(projection, env, app);
      return { items: [...applicationPods(projection.scope(env), app)] };
    },
  );

  server.get(
    `${path}/history`,
    {
      config: { permission: "organization.read" },
      schema: {
        summary: "The commits that touched it, newest first",
        tags: ["applications"],
        params: appParams,
        response: { 200: Type.Object({ items: Type.Array(commitViewSchema) }) },
      },
    },
    (request) => {
      const { env, app } = request.params;
      environmentOf(projection, env);
      const items = [...applicationHistory(projection.scope(env), app)];
      // what was removed keeps its history; what has neither was never there
      if (items.length === 0) applicationOf(projection, env, app);
      return { items };
    },
  );

  server.get(
    `${path}/history/:commit`,
    {
      config: { permission: "organization.read" },
      schema: {
        summary: "What a commit changed",
        tags: ["applications"],
        params: Type.Object({
          env: Type.String(),
          app: Type.String(),
          commit: Type.String({ pattern: "^[0-9a-f]{7,64}$" }),
        }),
        response: { 200: Type.Object({ commit: commitViewSchema, diff: Type.String() }) },
      },
    },
    async (request) => {
      const { env, app, commit: id } = request.params;
      const { organization } = environmentOf(projection, env);
      const commit = applicationHistory(projection.scope(env), app).find((entry) => entry.id.startsWith(id));
      if (commit === undefined) throw new CatalystError("not-found", `no commit ${id} touched ${app}`);
      const parent = projection.scope(env).commits.get(commit.id)?.parent;
      return { commit, diff: await options.git.diff({ owner: organization, name: env }, parent, commit.id) };
    },
  );

  server.get(
    `${path}/manifests`,
    {
      config: { permission: "organization.read" },
      schema: {
        summary: "Its document and the objects Helm installed; secret values masked",
        tags: ["applications"],
        params: appParams,
        response: { 200: Type.Object({ document: Type.String(), objects: Type.String() }) },
      },
    },
    async (request) => {
      const { env, app } = request.params;
      applicationOf(projection, env, app);
      return options.provisioning.manifests(env, app, principalOf(request));
    },
  );
};
