import { CatalystError } from "@catalyst/base/errors";
import { operationSchema } from "@catalyst/model/operation";
import type { ApplicationChange, Plan } from "@catalyst/model/plan";
import { planSchema } from "@catalyst/model/plan";
import type { ApplicationView } from "@catalyst/model/view";
import type { AppliedChange, ApplyOptions, Author } from "@catalyst/provisioning";
import { Type } from "@sinclair/typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import { acknowledge } from "./acknowledge.ts";
import { afterCommit, audited, authorOf, doneBy, isDryRun } from "./change.ts";
import type { ApiOptions } from "./options.ts";
import { principalOf } from "./route.ts";
import { applicationOf, environmentOf } from "./views.ts";

/** The answer to a change: its operation, commit and plan. Without a commit there was nothing to change. */
export const changeResult = Type.Object({
  operation: Type.Optional(operationSchema),
  commit: Type.Optional(Type.String()),
  plan: planSchema,
});

/** What somebody wants of an Application. */
export interface WantedChange {
  readonly kind: string;
  readonly application: string;
  readonly wishes: readonly ApplicationChange[];
  /** Whether the Application must be there, or must not. */
  readonly expected: "present" | "absent";
}

/** The tag of the state an Application's document was read in. */
export function etagOf(view: ApplicationView): string {
  return `"${view.commit?.id ?? ""}"`;
}

/** Plans or carries out wishes, as the request asks. */
export function change(
  request: FastifyRequest,
  reply: FastifyReply,
  options: ApiOptions,
  wanted: WantedChange,
): Promise<never> {
  const { env } = request.params as { readonly env: string };
  const { wishes, expected } = wanted;
  return carryOut(request, reply, options, wanted, {
    plan: () => options.provisioning.plan(env, wishes, principalOf(request), { expected }),
    apply: (author, seen) => options.provisioning.apply(env, wishes, author, { ...seen, expected }),
  });
}

/** The two ways of every change: to look, and to do. */
export interface PlannedAct {
  plan(): Promise<Plan>;
  apply(author: Author, options: ApplyOptions): Promise<AppliedChange>;
}

/** Answers a dry run with its plan; otherwise commits, records and answers 202. */
export async function carryOut(
  request: FastifyRequest,
  reply: FastifyReply,
  options: ApiOptions,
  wanted: Pick<WantedChange, "kind" | "application">,
  act: PlannedAct,
): Promise<never> {
  const { env } = request.params as { readonly env: string };
  const { organization } = environmentOf(options.projection, env);
  if (isDryRun(request)) return reply.code(200).send(await act.plan()) as never;
  const principal = principalOf(request);
  const subject = { kind: wanted.kind, organization, environment: env, application: wanted.application };
  const apply = async () => act.apply(authorOf(principal), seenBy(request, options, env, wanted.application));
  const { commit, plan } = await audited(options, principal, subject, apply, (applied) =>
    applied.commit === undefined ? { message: wanted.kind } : doneBy(applied.commit),
  );
  if (commit === undefined) return reply.code(202).send({ plan }) as never;
  const operation = await afterCommit(commit.id, acknowledge(options, principal, subject, commit.id));
  return reply.code(202).send({ operation, commit: commit.id, plan }) as never;
}

/** `If-Match` names the commit the person looked at; `*` or nothing means: whatever is there. */
function seenBy(
  request: FastifyRequest,
  options: ApiOptions,
  environment: string,
  application: string,
): ApplyOptions {
  const match = request.headers["if-match"];
  if (match === undefined || match === "*") return {};
  const id = /^(?:W\/)?"([0-9a-f]{40,64})"$/.exec(match)?.[1];
  if (id === undefined)
    throw new CatalystError("request-invalid", "If-Match isn't an ETag of an Application", {
      place: { field: "If-Match" },
    });
  const current = applicationOf(options.projection, environment, application);
  if (!options.projection.scope(environment).commits.has(id)) {
    throw new CatalystError("precondition-failed", `${application} isn't known as of ${id.slice(0, 10)}`, {
      hint: `Read it again; it is at ${etagOf(current)}.`,
    });
  }
  return { seen: id };
}
