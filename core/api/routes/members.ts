import { CatalystError } from "@catalyst/base/errors";
import { planSchema } from "@catalyst/model/plan";
import { memberSchema } from "@catalyst/model/role";
import { Type } from "@sinclair/typebox";
import type { FastifyRequest } from "fastify";
import { carryOutSystemChange, dryRunQuery, isDryRun, recorded, systemChangeResult } from "../change.ts";
import { principalOf, type Routes } from "../route.ts";
import { membersOf } from "../views.ts";

const orgParams = Type.Object({ org: Type.String() });

const invitation = Type.Composite([
  memberSchema,
  Type.Object({
    name: Type.Optional(Type.String({ maxLength: 100, description: "Of a new user." })),
    email: Type.Optional(Type.String({ maxLength: 200, description: "Of a new user." })),
  }),
]);

/** An Organization's members: who has which role in it. */
export const memberRoutes: Routes = (server, options) => {
  const { organizations, projection, directory } = options;
  const { profile, sessions } = options.access;

  /** Whoever sets the first password has the user, who may be another Organization's already: not every adder's. */
  const passwordLinkFor = async (request: FastifyRequest, user: string, isNew: boolean) => {
    const isAllowed = isNew || principalOf(request).sovereignAdmin;
    return directory !== undefined && isAllowed && !directory.hasPassword(user)
      ? { passwordLink: await directory.passwordLink(user) }
      : {};
  };

  server.get(
    "/v1/organizations/:org/members",
    {
      config: { permission: "organization.read" },
      schema: {
        summary: "Who has which role",
        tags: ["organizations"],
        params: orgParams,
        response: { 200: Type.Object({ items: Type.Array(memberSchema) }) },
      },
    },
    (request) => ({ items: [...(membersOf(projection, request.params.org) ?? [])] }),
  );

  server.post(
    "/v1/organizations/:org/members",
    {
      config: { permission: "organization.admin" },
      schema: {
        summary: "Give somebody a role; a user that isn't there yet is made, with a link to sign in once",
        tags: ["organizations"],
        params: orgParams,
        querystring: dryRunQuery,
        body: invitation,
        response: {
          200: planSchema,
          202: Type.Composite([
            systemChangeResult,
            Type.Object({
              signInLink: Type.Optional(
                Type.String({ description: "Of a new user: works once, within five minutes." }),
              ),
              passwordLink: Type.Optional(
                Type.String({
                  description:
                    "Of a new user: sets the password, once, within seven days. A sovereign-admin gets another while there is none.",
                }),
              ),
            }),
          ]),
        },
      },
    },
    async (request, reply) => {
      const { org } = request.params;
      const { name, email, ...member } = request.body;
      const isNew = profile(member.user) === undefined;
      if (isNew && directory === undefined) {
        throw new CatalystError("user-missing", `there is no user "${member.user}"`, {
          hint: "Add it at the identity provider first.",
        });
      }
      const change = organizations.setMember(org, member);
      if (isDryRun(request)) return reply.code(200).send(await organizations.plan(change));
      const subject = { kind: "set-member", organization: org };
      const result = await recorded(request, options, subject, change);
      // after the commit: whoever repeats a call whose commit failed gets the links of a new user all the same
      if (isNew) await directory?.add({ user: member.user, name: name ?? member.user, email: email ?? "" });
      const link = isNew
        ? { signInLink: `${options.origin}/v1/sign-in/link?code=${sessions.makeLink({ user: member.user })}` }
        : {};
      return reply
        .code(202)
        .send({ ...result, ...link, ...(await passwordLinkFor(request, member.user, isNew)) });
    },
  );

  server.delete(
    "/v1/organizations/:org/members/:user",
    {
      config: { permission: "organization.admin" },
      schema: {
        summary: "Take somebody out of an Organization",
        tags: ["organizations"],
        params: Type.Object({ org: Type.String(), user: Type.String() }),
        querystring: dryRunQuery,
        response: { 200: planSchema, 202: systemChangeResult },
      },
    },
    (request, reply) => {
      const { org, user } = request.params;
      const subject = { kind: "remove-member", organization: org };
      return carryOutSystemChange(request, reply, options, subject, organizations.removeMember(org, user));
    },
  );
};
