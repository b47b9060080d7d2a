import { planSchema } from "@catalyst/model/plan";
import { Type } from "@sinclair/typebox";
import { carryOut, change, changeResult } from "../application-change.ts";
import { audited, dryRunQuery } from "../change.ts";
import { principalOf, type Routes } from "../route.ts";
import { applicationOf, environmentOf } from "../views.ts";

const appParams = Type.Object({ env: Type.String(), app: Type.String() });
const permission = { permission: "application.write" } as const;
const response = { 200: planSchema, 202: changeResult };
const path = "/v1/environments/:env/applications/:app/actions";

/** What can be done to an Application. Everything but a retry is a commit. */
export const applicationActionRoutes: Routes = (server, options) => {
  const { projection, provisioning } = options;

  server.post(
    `${path}/rollback`,
    {
      config: permission,
      schema: {
        summary: "Put its document back as it was at a commit",
        tags: ["applications"],
        params: appParams,
        querystring: dryRunQuery,
        body: Type.Object({ commit: Type.String({ pattern: "^[0-9a-f]{40,64}$" }) }),
        response,
      },
    },
    (request, reply) => {
      const { env, app } = request.params;
      const { commit } = request.body;
      environmentOf(projection, env);
      return carryOut(
        request,
        reply,
        options,
        { kind: "rollback", application: app },
        {
          plan: () => provisioning.planRollback(env, app, commit, principalOf(request)),
          apply: (author, seen) => provisioning.rollback(env, app, commit, author, seen),
        },
      );
    },
  );

  for (const [action, suspended, summary] of [
    ["pause", true, "Stop reconciling it; what runs goes on"],
    ["resume", false, "Go on reconciling it"],
  ] as const) {
    server.post(
      `${path}/${action}`,
      {
        config: permission,
        schema: { summary, tags: ["applications"], params: appParams, querystring: dryRunQuery, response },
      },
      (request, reply) => {
        const { name } = applicationOf(projection, request.params.env, request.params.app);
        return change(request, reply, options, {
          kind: action,
          application: name,
          wishes: [{ name, suspended }],
          expected: "present",
        });
      },
    );
  }

  server.post(
    `${path}/retry`,
    {
      config: permission,
      schema: {
        summary: "Try again at once; changes nothing in Git",
        tags: ["applications"],
        params: appParams,
        response: { 202: Type.Object({ message: Type.String() }) },
      },
    },
    async (request, reply) => {
      const { env, app } = request.params;
      const { organization } = applicationOf(projection, env, app);
      const subject = { kind: "retry", organization, environment: env, application: app };
      const retry = () => options.retry(env, app);
      await audited(options, principalOf(request), subject, retry, () => ({
        message: `Asked Flux to try ${app} again`,
      }));
      return reply.code(202).send({ message: `Flux was asked to try ${app} again.` });
    },
  );
};
