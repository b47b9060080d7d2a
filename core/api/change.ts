import { errorMessage, isCatalystError } from "@catalyst/base/errors";
import type { Operation } from "@catalyst/model/operation";
import type { Commit } from "@catalyst/ports/git";
import type { Author } from "@catalyst/provisioning";
import type { Principal } from "./access/principal.ts";
import { operationView } from "./operations/operations.ts";
import type { ApiOptions } from "./options.ts";

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

/** Makes a commit for somebody: recorded as an operation when it succeeds, and in the audit view either way. */
export async function recorded(
  options: ApiOptions,
  principal: Principal,
  subject: ChangeSubject,
  commit: (author: Author) => Promise<Commit>,
): Promise<{ operation: Operation; commit: string }> {
  const made = await audited(options, principal, subject, () => commit(authorOf(principal)));
  const record = await options.operations.begin({ ...subject, user: principal.user, commit: made.id });
  return { operation: operationView(record, options.projection), commit: made.id };
}

/** Leaves one entry in the audit view, whatever becomes of the change. */
export async function audited<T extends Commit | undefined>(
  options: ApiOptions,
  principal: Principal,
  subject: ChangeSubject,
  act: () => Promise<T>,
): Promise<T> {
  const { kind: action, ...place } = subject;
  const entry = { user: principal.user, action, ...place };
  try {
    const commit = await act();
    await options.audit({
      ...entry,
      outcome: "done",
      message: commit?.message.split("\n")[0] ?? action,
      commit: commit?.id,
    });
    return commit;
  } catch (error) {
    const outcome = isCatalystError(error) ? "refused" : "failed";
    await options.audit({
      ...entry,
      outcome,
      message: isCatalystError(error) ? errorMessage(error) : "something broke inside",
    });
    throw error;
  }
}
