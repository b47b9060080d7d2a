import { CatalystError, errorMessage, isCatalystError } from "@catalyst/base/errors";
import { operationSchema } from "@catalyst/model/operation";
import type { Commit, ObjectId } from "@catalyst/ports/git";
import type { Author, SystemChange } from "@catalyst/provisioning";
import { type Static, Type } from "@sinclair/typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Principal } from "./access/principal.ts";
import { acknowledge } from "./acknowledge.ts";
import type { ApiOptions, AuditEntry } from "./options.ts";
import { principalOf } from "./route.ts";

/** What a change is about, for its operation and the audit view. */
export interface ChangeSubject {
  readonly kind: string;
  readonly organization: string;
  readonly environment?: string;
  readonly application?: string;
}

/** The person a commit is made for. */
export function authorOf(principal: Principal): Author {
  return { user: principal.user, name: principal.name, email: principal.email };
}

/** Whoever adds `?dryRun=true` gets the plan. */
export const dryRunQuery = Type.Object({
  dryRun: Type.Optional(Type.Boolean({ description: "Gives the plan and changes nothing." })),
});

export function isDryRun(request: FastifyRequest): boolean {
  return (request.query as { readonly dryRun?: boolean }).dryRun === true;
}

/** The answer to a change of the system repository. */
export const systemChangeResult = Type.Object({ operation: operationSchema, commit: Type.String() });

/**
 * Commits a change of the system repository for the caller: recorded as an operation when it succeeds, and in
 * the audit view either way.
 */
export async function recorded(
  request: FastifyRequest,
  options: ApiOptions,
  subject: ChangeSubject,
  change: SystemChange,
): Promise<Static<typeof systemChangeResult>> {
  const principal = principalOf(request);
  const commit = () => options.organizations.commit(change, authorOf(principal));
  const made = await audited(options, principal, subject, commit, doneBy);
  const operation = await afterCommit(made.id, acknowledge(options, principal, subject, made.id));
  return { operation, commit: made.id };
}

/** Answers a dry run with its plan; otherwise commits, records and answers 202. */
export async function carryOutSystemChange(
  request: FastifyRequest,
  reply: FastifyReply,
  options: ApiOptions,
  subject: ChangeSubject,
  change: SystemChange,
): Promise<never> {
  if (isDryRun(request)) return reply.code(200).send(await options.organizations.plan(change)) as never;
  return reply.code(202).send(await recorded(request, options, subject, change)) as never;
}

/** What somebody changed; without an Organization it is something of their own. */
type AuditedSubject = Omit<ChangeSubject, "organization"> & Partial<ChangeSubject>;

/** What the audit view says of a change that was made. */
type Done = Pick<AuditEntry, "message" | "commit">;

/** Says that a commit made the change. */
export function doneBy(commit: Commit): Done {
  return { message: commit.message.split("\n")[0] ?? "", commit: commit.id };
}

/** Leaves one entry in the audit view, whatever becomes of the change. */
export async function audited<T>(
  options: ApiOptions,
  principal: Principal,
  subject: AuditedSubject,
  act: () => Promise<T>,
  done: (result: T) => Done,
): Promise<T> {
  const { kind: action, ...place } = subject;
  const entry = { user: principal.user, action, ...place };
  const result = await act().catch(async (error: unknown) => {
    const outcome = isCatalystError(error) ? "refused" : "failed";
    const message = isCatalystError(error) ? errorMessage(error) : "something broke inside";
    // what went wrong is the answer, even where nobody can write down that it did
    await options.audit({ ...entry, outcome, message }).catch((cause: unknown) => {
      options.logger.error("a refusal wasn't recorded", { error: errorMessage(cause) });
    });
    throw error;
  });
  const said = done(result);
  await afterCommit(said.commit, options.audit({ ...entry, outcome: "done", ...said }));
  return result;
}

/**
 * Waits for what follows a commit. The commit stands whatever becomes of that: throws `change-unrecorded`, which
 * says so.
 */
export async function afterCommit<T>(commit: ObjectId | undefined, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (commit === undefined) throw cause;
    throw new CatalystError(
      "change-unrecorded",
      `commit ${commit.slice(0, 10)} is made and will be carried out, but it can't be recorded: ${errorMessage(cause)}`,
      { cause, hint: "Don't ask for it again; see that the Sovereign's disk has space." },
    );
  }
}
