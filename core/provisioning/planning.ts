import type { Catalog } from "@catalyst/blueprint/catalog";
import {
  type ExpandFacts,
  type LiveState,
  type ProtectedChange,
  planChange,
  type RenderRelease,
  type RepositoryFiles,
  readEnvironmentTree,
  type WantsDependency,
} from "@catalyst/blueprint/plan";
import type { PlanWork } from "@catalyst/blueprint/work";
import type { Plan } from "@catalyst/model/plan";
import type { Problem } from "@catalyst/model/problem";
import type { ClusterUser } from "@catalyst/ports/kubernetes";
import type { SecretStore } from "@catalyst/ports/secrets";
import type { Caller } from "./author.ts";
import type { EnvironmentSnapshot } from "./environment-repository.ts";
import { missingValues } from "./secrets/missing-values.ts";

/** What planning needs to know beside the repository. */
export interface PlanningFacts {
  readonly catalog: Catalog;
  readonly wants: WantsDependency;
  readonly render: RenderRelease;
  /** Does what of planning takes long. */
  readonly work: Pick<PlanWork, "fileChanges" | "objectChanges" | "printMasked">;
  readonly live: LiveState;
  /** Whether the values exist that a change refers to. */
  readonly secrets: Pick<SecretStore, "metadata">;
  /** Whom an Environment's cluster takes somebody for; undefined when they have no part in it. */
  readerOf(environment: string, caller: Caller): ClusterUser | undefined;
  /** What the platform says of an Environment's Applications. */
  place(environment: string): Pick<ExpandFacts, "platform" | "source">;
}

export interface ProposedChange {
  readonly files: RepositoryFiles;
  readonly problems?: readonly Problem[];
  readonly reasons?: ReadonlyMap<string, string>;
  readonly protectedChanges?: readonly ProtectedChange[];
}

/**
 * Plans a change of an Environment from a snapshot to proposed files, as `caller` may see it. Without one the plan shows
 * nothing of what charts look up in the cluster.
 */
export async function planFrom(
  environment: string,
  snapshot: EnvironmentSnapshot,
  proposed: ProposedChange,
  facts: PlanningFacts,
  caller: Caller | undefined,
): Promise<Plan> {
  const afterTree = await readEnvironmentTree(proposed.files, snapshot.tree);
  const missing = await missingValues(environment, snapshot.tree, afterTree, facts.secrets);
  return planChange({
    environment,
    base: snapshot.commit,
    before: snapshot.files,
    after: proposed.files,
    beforeTree: snapshot.tree,
    afterTree,
    catalog: facts.catalog,
    wants: facts.wants,
    render: facts.render,
    reader: caller && facts.readerOf(environment, caller),
    work: facts.work,
    live: facts.live,
    ...facts.place(environment),
    problems: [...(proposed.problems ?? []), ...missing],
    ...(proposed.reasons === undefined ? {} : { reasons: proposed.reasons }),
    ...(proposed.protectedChanges === undefined ? {} : { protectedChanges: proposed.protectedChanges }),
  });
}
