import { CatalystError, describeError } from "@catalyst/base/errors";
import { jsonEqual } from "@catalyst/base/json";
import { takeTurn } from "@catalyst/base/turns";
import type { LookupKey } from "@catalyst/charts/records";
import type { Plan } from "@catalyst/model/plan";
import type { Problem } from "@catalyst/model/problem";
import { applicationObjects, type ExpandFacts, expandDocument } from "./objects.ts";
import type { PlanInput } from "./plan.ts";
import type { PlannedRelease } from "./preflight/index.ts";
import type { ApplicationDocument } from "./tree.ts";

/** The objects that differ, and everything that the Applications added or changed come to. */
export interface PlannedObjects {
  readonly objects: Plan["objects"];
  readonly releases: readonly PlannedRelease[];
  /** Says of each look-up that whom the plan is for may not read it. */
  readonly unread: readonly string[];
}

export const nothingPlanned: PlannedObjects = { objects: [], releases: [], unread: [] };

/** Renders the Applications that change as they are and as they shall be; adds what fails to `problems`. */
export async function plannedObjects(
  input: PlanInput,
  names: readonly string[],
  problems: Problem[],
): Promise<PlannedObjects> {
  const objects: Plan["objects"] = [];
  const releases: PlannedRelease[] = [];
  const unread = new Set<string>();
  for (const application of names) {
    await takeTurn();
    const document = input.afterTree.applications.get(application);
    try {
      const previous = input.beforeTree.applications.get(application);
      const { reader, render } = input;
      const current = { reader, crds: "Skip", revision: "current" } as const;
      const before = await applicationObjects(previous, input, render, current);
      const crds = previous === undefined ? "Create" : "Skip";
      const revision = isReleased(previous, document, input) ? "next" : "current";
      const after = await applicationObjects(document, input, render, { reader, crds, revision });
      objects.push(...(await input.work.objectChanges({ application, before, after })));
      for (const key of [...before.unread, ...after.unread]) unread.add(unreadLookup(application, key));
      if (document !== undefined)
        releases.push({ application, objects: after.objects, previous: before.objects });
    } catch (error) {
      if (!(error instanceof CatalystError)) throw error;
      problems.push({
        code: error.code,
        message: `${application} can't be rendered: ${describeError(error)}`,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        ...(document === undefined ? {} : { file: document.path }),
      });
    }
  }
  return { objects, releases, unread: [...unread] };
}

/** Tells whether a change leads to another revision: Flux makes one for another chart or other values. */
function isReleased(
  before: ApplicationDocument | undefined,
  after: ApplicationDocument | undefined,
  facts: ExpandFacts,
): boolean {
  const [old, made] = [before, after].map((document) => document && expandDocument(document, facts));
  return (
    old?.release.digest !== made?.release.digest ||
    !jsonEqual(old?.expansion.values ?? {}, made?.expansion.values ?? {})
  );
}

/** Says that a plan can't show what comes of a look-up. */
export function unreadLookup(application: string, key: LookupKey): string {
  return `${application} looks up ${lookedUp(key)}, which you may not read: it is planned as if there were none.`;
}

/** Names what is looked up: one object, or all of a kind. */
export function lookedUp({ kind, namespace, name }: LookupKey): string {
  const what = [namespace, name].filter((part) => part !== "").join("/");
  return what === "" ? `${kind} objects` : `${kind} ${what}`;
}
