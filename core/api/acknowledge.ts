import type { Operation } from "@catalyst/model/operation";
import type { ObjectId } from "@catalyst/ports/git";
import { environments, managementCluster } from "@catalyst/ports/kubernetes";
import { isSystemApplied, objectOf, organizationView, type ScopeState } from "@catalyst/projector";
import type { Principal } from "./access/principal.ts";
import type { ChangeSubject } from "./change.ts";
import { operationView } from "./operations/operation-view.ts";
import type { ApiOptions } from "./options.ts";

/** How long an answer waits for the projection, in milliseconds. */
const patience = 5_000;

/**
 * Begins the operation of a commit that was made, for the answer that acknowledges it. Reads come only from the
 * projection, so the answer waits until what the commit changed is there: whoever is told of a change can read it.
 * When that takes too long the answer goes out all the same, and the operation says that the commit is on its way.
 */
export async function acknowledge(
  options: ApiOptions,
  principal: Principal,
  subject: ChangeSubject,
  commit: ObjectId,
): Promise<Operation> {
  const record = await options.operations.begin({ ...subject, user: principal.user, commit });
  const [scope, isReadable] = readable(subject, commit);
  await options.projection.until(scope, isReadable, { clock: options.clock, patience });
  return operationView(record, options.projection);
}

/** Where and when what a commit changed can be read: an Application from Git, the rest once it is applied. */
function readable(
  { environment, application, organization, kind }: ChangeSubject,
  commit: ObjectId,
): [scope: string, isSo: (state: ScopeState) => boolean] {
  if (environment !== undefined && application !== undefined)
    return [environment, (state) => state.commits.has(commit)];
  const isThere = (state: ScopeState) => {
    if (kind === "create-organization") return organizationView(state, organization) !== undefined;
    if (kind !== "create-environment") return true;
    return objectOf(state, environments, organization, environment ?? "") !== undefined;
  };
  return [managementCluster, (state) => isSystemApplied(state, commit) && isThere(state)];
}
