import { givenSecretSchema, secretViewSchema } from "@catalyst/model/view";
import { Type } from "@sinclair/typebox";
import { audited } from "../change.ts";
import { principalOf, type Routes } from "../route.ts";
import { applicationOf, environmentOf } from "../views.ts";

const path = "/v1/environments/:env/applications/:app/secrets";

/** Longest value: room for a key file. */
const valueLimit = 65_536;

/** Values of password fields: they go in here and come out nowhere. */
export const secretRoutes: Routes = (server, options) => {
  const { projection, secrets } = options;

  server.get(
    path,
    {
      config: { permission: "organization.read" },
      schema: {
        summary: "Its password fields: which version is in use and since when, never a value",
        tags: ["applications"],
        params: Type.Object({ env: Type.String(), app: Type.String() }),
        response: { 200: Type.Object({ items: Type.Array(secretViewSchema) }) },
      },
    },
    async (request) => {
      const { env, app } = request.params;
      applicationOf(projection, env, app);
      return { items: [...(await secrets.list(env, app))] };
    },
  );

  server.put(
    `${path}/:field`,
    {
      config: { permission: "application.write" },
      schema: {
        summary: "Give a value for a password field; an install or a change then names the version answered",
        tags: ["applications"],
        params: Type.Object({ env: Type.String(), app: Type.String(), field: Type.String() }),
        body: Type.Object(
          {
            value: Type.String({ minLength: 1, maxLength: valueLimit }),
            blueprint: Type.Optional(
              Type.Object(
                { name: Type.String(), version: Type.Optional(Type.String()) },
                { description: "Of which Blueprint the Application will be, while it isn't there yet." },
              ),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 201: givenSecretSchema },
      },
    },
    async (request, reply) => {
      const { env, app, field } = request.params;
      const { organization } = environmentOf(projection, env);
      const { value, blueprint } = request.body;
      const subject = { kind: "give-secret", organization, environment: env, application: app };
      const give = () => secrets.give({ environment: env, application: app, field, value, blueprint });
      const given = await audited(options, principalOf(request), subject, give, ({ version }) => ({
        message: `Gave a value for ${field} of ${app}, version ${version}`,
      }));
      return reply.code(201).send(given);
    },
  );
};
