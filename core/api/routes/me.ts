import { organizationRoleSchema } from "@catalyst/model/role";
import { organizationViews } from "@catalyst/projector";
import { Type } from "@sinclair/typebox";
import { cookieOf, sessionCookie } from "../access/authenticate.ts";
import { maySee } from "../access/principal.ts";
import { audited } from "../change.ts";
import { principalOf, type Routes } from "../route.ts";
import { membersOf } from "../views.ts";

const tokenSchema = Type.Object({
  id: Type.String(),
  user: Type.String(),
  name: Type.String(),
  scope: Type.String(),
  createdAt: Type.String(),
  expiresAt: Type.Optional(Type.String()),
});

const meSchema = Type.Object({
  user: Type.String(),
  name: Type.String(),
  email: Type.String(),
  sovereignAdmin: Type.Boolean(),
  organizations: Type.Array(
    Type.Object({
      name: Type.String(),
      displayName: Type.String(),
      role: Type.Optional(organizationRoleSchema),
    }),
  ),
  csrfToken: Type.Optional(Type.String({ description: "Send it back as x-csrf-token with every change." })),
});

/** Who I am, and my personal tokens. */
export const meRoutes: Routes = (server, options) => {
  const { tokens, sessions } = options.access;

  server.get(
    "/v1/me",
    {
      config: { permission: "signed-in" },
      schema: { summary: "Who is signed in", tags: ["me"], response: { 200: meSchema } },
    },
    (request) => {
      const principal = principalOf(request);
      const members = (name: string) => membersOf(options.projection, name);
      const organizations = organizationViews(options.projection.sovereign)
        .filter((organization) => maySee(principal, { organization: organization.name }, members))
        .map(({ name, displayName, members: list }) => {
          const role = list.find((member) => member.user === principal.user)?.role;
          return { name, displayName, ...(role === undefined ? {} : { role }) };
        });
      const secret = cookieOf({ cookie: request.headers.cookie ?? "" }, sessionCookie);
      const csrf =
        principal.via === "session" && secret !== undefined ? sessions.find(secret)?.csrf : undefined;
      const { user, name, email, sovereignAdmin } = principal;
      return {
        user,
        name,
        email,
        sovereignAdmin,
        organizations,
        ...(csrf === undefined ? {} : { csrfToken: csrf }),
      };
    },
  );

  server.get(
    "/v1/tokens",
    {
      config: { permission: "signed-in" },
      schema: {
        summary: "My personal tokens",
        tags: ["me"],
        response: { 200: Type.Object({ items: Type.Array(tokenSchema) }) },
      },
    },
    (request) => ({
      items: tokens.list(principalOf(request).user).map((token) => ({ ...token })),
    }),
  );

  server.post(
    "/v1/tokens",
    {
      config: { permission: "account.write" },
      schema: {
        summary: "Make a personal token; its secret is shown this once",
        tags: ["me"],
        body: Type.Object({
          name: Type.String({ minLength: 1, maxLength: 100 }),
          scope: Type.Optional(
            Type.Union([Type.Literal("read"), Type.Literal("write")], { default: "write" }),
          ),
          days: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 3650,
              description:
                "Lifetime; unless given, as long as what it is made with: a session may make an endless one.",
            }),
          ),
        }),
        response: { 201: Type.Intersect([tokenSchema, Type.Object({ token: Type.String() })]) },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const scope = request.body.scope ?? "write";
      const lifetime = request.body.days === undefined ? undefined : request.body.days * 86_400_000;
      const { name } = request.body;
      const { record, token } = await audited(
        options,
        principal,
        { kind: "create-token" },
        () => tokens.create(principal.user, name, scope, { lifetime, notAfter: principal.notAfter }),
        ({ record: { id } }) => ({ message: `Made token ${id}, "${name}", to ${scope}` }),
      );
      return reply.code(201).send({ ...record, token });
    },
  );

  server.delete(
    "/v1/tokens/:id",
    {
      config: { permission: "account.write" },
      schema: {
        summary: "End a personal token",
        tags: ["me"],
        params: Type.Object({ id: Type.String() }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { id } = request.params;
      await audited(
        options,
        principal,
        { kind: "end-token" },
        () => tokens.revoke(principal.user, id),
        () => ({ message: `Ended token ${id}` }),
      );
      return reply.code(204).send(null);
    },
  );
};
