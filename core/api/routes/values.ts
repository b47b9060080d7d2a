import { configFormSchema, valueViewSchema } from "@catalyst/model/view";
import { type Static, Type } from "@sinclair/typebox";
import { pageOf, pageQuery } from "../paging.ts";
import type { Routes } from "../route.ts";
import { applicationOf } from "../views.ts";

const releaseParams = Type.Object({ name: Type.String(), version: Type.String() });

const path = Type.String({ minLength: 1, maxLength: 500 });

const valuesQuery = Type.Object({
  field: Type.Optional({ ...path, description: "The values that this field of config reaches." }),
  path: Type.Optional({ ...path, description: "This value of the chart alone." }),
  limit: pageQuery.limit,
  cursor: Type.Optional(Type.String({ maxLength: 2000, description: "`next` of the page before." })),
  search: pageQuery.search,
});

const valuesPage = pageOf(valueViewSchema);

/** What can be configured, where each value of a chart comes from, and which lines of it read it. */
export const valueRoutes: Routes = (server, { projection, values }) => {
  server.get(
    "/v1/blueprints/:name/versions/:version/form",
    {
      config: { permission: "signed-in" },
      schema: {
        summary: "The form of its config: its config schema, or one made of its chart's values",
        tags: ["blueprints"],
        params: releaseParams,
        querystring: Type.Object({
          size: Type.Optional(
            Type.String({ description: "Its values are the defaults; the default size unless given." }),
          ),
        }),
        response: { 200: configFormSchema },
      },
    },
    ({ params, query }) => values.form(params.name, params.version, query.size),
  );

  server.get(
    "/v1/blueprints/:name/versions/:version/values",
    {
      config: { permission: "signed-in" },
      schema: {
        summary:
          "Its chart's values as they are with an empty config: where each comes from and which lines of it read it",
        tags: ["blueprints"],
        params: releaseParams,
        querystring: valuesQuery,
        response: { 200: valuesPage },
      },
    },
    async ({ params, query }): Promise<Static<typeof valuesPage>> => {
      const { items, ...page } = await values.ofRelease(params.name, params.version, query);
      return { ...page, items: [...items] };
    },
  );

  server.get(
    "/v1/environments/:env/applications/:app/values",
    {
      config: { permission: "organization.read" },
      schema: {
        summary: "Its chart's values: where each comes from and which lines of it read it",
        tags: ["applications"],
        params: Type.Object({ env: Type.String(), app: Type.String() }),
        querystring: valuesQuery,
        response: { 200: valuesPage },
      },
    },
    async ({ params: { env, app }, query }): Promise<Static<typeof valuesPage>> => {
      applicationOf(projection, env, app);
      const { items, ...page } = await values.ofApplication(env, app, query);
      return { ...page, items: [...items] };
    },
  );
};
