import { CatalystError } from "@catalyst/base/errors";
import { blueprintViewSchema } from "@catalyst/model/view";
import { Type } from "@sinclair/typebox";
import { paged, pageOf, pageQuery } from "../paging.ts";
import type { Routes } from "../route.ts";

const nameParams = Type.Object({ name: Type.String() });

/** The catalog: what can be installed, and whether it is verified. */
export const blueprintRoutes: Routes = (server, { blueprints }) => {
  server.get(
    "/v1/blueprints",
    {
      config: { permission: "signed-in" },
      schema: {
        summary: "The catalog",
        tags: ["blueprints"],
        querystring: Type.Object({ ...pageQuery, category: Type.Optional(Type.String()) }),
        response: { 200: pageOf(blueprintViewSchema) },
      },
    },
    (request) => {
      const { category, search } = request.query;
      const views = blueprints
        .views()
        .filter((view) => category === undefined || view.card.category === category)
        .filter((view) => view.visibility === "listed" || (search !== undefined && search !== ""));
      return paged(views, request.query, ["version"], (item) =>
        [item.name, item.card.title, item.card.tagline ?? "", ...(item.card.tags ?? [])].join(" "),
      );
    },
  );

  const view = async (name: string, version?: string) => {
    const found = await blueprints.view(name, version);
    if (found === undefined)
      throw new CatalystError(
        "not-found",
        `there is no Blueprint ${name}${version === undefined ? "" : ` ${version}`}`,
      );
    return found;
  };

  server.get(
    "/v1/blueprints/:name",
    {
      config: { permission: "signed-in" },
      schema: {
        summary: "A Blueprint with its releases and their verification",
        tags: ["blueprints"],
        params: nameParams,
        response: { 200: blueprintViewSchema },
      },
    },
    (request) => view(request.params.name),
  );

  server.get(
    "/v1/blueprints/:name/versions/:version",
    {
      config: { permission: "signed-in" },
      schema: {
        summary: "One version of a Blueprint",
        tags: ["blueprints"],
        params: Type.Object({ name: Type.String(), version: Type.String() }),
        response: { 200: blueprintViewSchema },
      },
    },
    (request) => view(request.params.name, request.params.version),
  );

  server.get(
    "/v1/blueprints/:name/icon",
    {
      config: { permission: "signed-in" },
      schema: { summary: "A Blueprint's icon", tags: ["blueprints"], params: nameParams },
    },
    async (request, reply) => {
      const icon = await blueprints.icon(request.params.name);
      if (icon === undefined) throw new CatalystError("not-found", `${request.params.name} has no icon`);
      // an SVG is a document: opened by itself it must not run anything
      return reply
        .type(icon.contentType)
        .header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
        .header("cache-control", "private, max-age=3600")
        .send(Buffer.from(icon.bytes));
    },
  );
};
