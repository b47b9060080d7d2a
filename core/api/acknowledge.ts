import type { Operation } from "@catalyst/model/operation";
import type { ObjectId } from "@catalyst/ports/git";
import { managementCluster } from "@catalyst/ports/kubernetes";
import type { Projection } from "@catalyst/projector";
import type { Principal } from "./access/principal.ts";
import type { ChangeSubject } from "./change.ts";
import { operationView } from "./operations/operations.ts";
import type { ApiOptions } from "./options.ts";

/** How long an answer waits for the projection, in milliseconds. */
const patience = 5_000;

/**
 * Begins the operation of a commit that was made, for the answer that acknowledges it. Reads come only from the
 * projection, so the answer waits until that has taken the commit: whoever is told of a change can read it.
 * When that takes too long the answer goes out all the same, and the operation says that the commit is on its way.
 */
export async function acknowledge(
  options: ApiOptions,
  principal: Principal,
  subject: ChangeSubject,
  commit: ObjectId,
): Promise<Operation> {
  const record = await options.operations.begin({ ...subject, user: principal.user, commit });
  const isInEnvironment = subject.environment !== undefined && subject.application !== undefined;
  await projected(options, isInEnvironment ? subject.environment : managementCluster, commit);
  return operationView(record, options.projection);
}

async function projected(options: ApiOptions, scope: string, commit: ObjectId): Promise<void> {
  const { projection, clock } = options;
  const over = new AbortController();
  await Promise.race([
    isProjected(projection, scope, commit, over.signal),
    clock.sleep(patience, over.signal).catch(() => undefined),
  ]);
  over.abort();
}

/** Resolves once a scope has a commit; never when the signal aborts before. */
function isProjected(
  projection: Projection,
  scope: string,
  commit: ObjectId,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!projection.scope(scope).commits.has(commit)) return;
      end();
      resolve();
    };
    const end = projection.subscribe((changed) => {
      if (changed === scope) look();
    });
    signal.addEventListener("abort", end, { once: true });
    look();
  });
}
