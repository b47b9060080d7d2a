import { digestOf } from "@catalyst/base/digest";
import { canonicalJson } from "@catalyst/base/json";
import { takeTurn } from "@catalyst/base/turns";
import { labels } from "@catalyst/model/label";
import type { Plan, PlannedApplication, PlannedDependency } from "@catalyst/model/plan";
import type { Problem } from "@catalyst/model/problem";
import type { PlanWork } from "../work/index.ts";
import {
  applicationProblems,
  cycleProblems,
  dependencyAlias,
  pinnedRelease,
  type WantsDependency,
} from "./check.ts";
import { concealFields, concealFiles } from "./conceal.ts";
import { fieldChanges } from "./diff.ts";
import { actionOf, type ChangedFile, fileChanges } from "./files.ts";
import type { ExpandFacts, RenderOptions, RenderRelease } from "./objects.ts";
import { nothingPlanned, plannedObjects } from "./planned-objects.ts";
import { type PolicyFacts, policyOf } from "./policy.ts";
import {
  type Finding,
  type LiveState,
  type PlannedRelease,
  type PreflightFacts,
  preflight,
} from "./preflight/index.ts";
import {
  type ApplicationDocument,
  type EnvironmentTree,
  isSameDocument,
  type RepositoryFiles,
} from "./tree.ts";
import { versionMoveProblems } from "./version-move.ts";

export interface PlanInput extends ExpandFacts, PolicyFacts {
  readonly environment: string;
  /** The commit `before` was read at. */
  readonly base: string | undefined;
  readonly beforeTree: EnvironmentTree;
  readonly afterTree: EnvironmentTree;
  readonly wants: WantsDependency;
  readonly render: RenderRelease;
  /** Whom the plan is for. */
  readonly reader: RenderOptions["reader"];
  /** Compares what was and what shall be. */
  readonly work: Pick<PlanWork, "fileChanges" | "objectChanges">;
  readonly live: LiveState;
  /** Found before the plan: wishes that could not be turned into documents. */
  readonly problems?: readonly Problem[];
  /** Why dependencies are met as they are, where the resolver chose. */
  readonly reasons?: ReadonlyMap<string, string>;
}

/**
 * Says what a change of an Environment's repository will do. It changes nothing, and its work follows the
 * change: only Applications that differ, and those bound to them, are checked and rendered.
 */
export async function planChange(input: PlanInput): Promise<Plan> {
  const files = await input.work.fileChanges(changedFiles(input.before, input.after));
  const names = changedApplications(input);
  const { policy, ...found } = policyOf(input);
  const problems = [
    ...(input.problems ?? []),
    ...input.afterTree.problems,
    ...found.problems,
    ...(await siblingProblems(input, names)),
  ];
  const { objects, releases, unread } =
    problems.length > 0 ? nothingPlanned : await plannedObjects(input, names, problems);
  const findings = problems.length > 0 ? [] : await preflight(preflightFacts(input, names, releases));
  problems.push(...findings.flatMap((finding) => findingProblem(finding, input.afterTree)));
  return {
    id: digestOf(canonicalJson([input.environment, input.base ?? "", files])),
    environment: input.environment,
    ...(input.base === undefined ? {} : { base: input.base }),
    applications: names.map((name) => plannedApplication(name, input)),
    dependencies: names.flatMap((name) => plannedDependencies(name, input)),
    files: concealFiles(files, input.afterTree, input.catalog),
    objects,
    preflight: findings.map(({ check }) => check),
    policy,
    warnings: [...warnings(input, names), ...unread, ...found.warnings],
    problems,
  };
}

/** Plans a change of files that are no Environment's: what differs is all there is to say. */
export function planFiles(base: string, before: RepositoryFiles, after: RepositoryFiles): Plan {
  const files = fileChanges(changedFiles(before, after));
  return {
    id: digestOf(canonicalJson(["", base, files])),
    base,
    applications: [],
    dependencies: [],
    files,
    objects: [],
    preflight: [],
    policy: { verdict: "allowed", rules: [] },
    warnings: [],
    problems: [],
  };
}

function preflightFacts(
  { environment, afterTree, live }: PlanInput,
  names: readonly string[],
  releases: readonly PlannedRelease[],
): PreflightFacts {
  const removed = new Set(names.filter((name) => !afterTree.applications.has(name)));
  return { environment, releases, removed, live };
}

/** What would go wrong is wrong: a plan that a check failed isn't carried out. */
function findingProblem({ application, check, code, hint }: Finding, tree: EnvironmentTree): Problem[] {
  if (check.status !== "failed") return [];
  const file = tree.applications.get(application)?.path;
  return [
    {
      code,
      message: check.message.replace(/\.$/, ""),
      ...(file === undefined ? {} : { file }),
      ...(hint === undefined ? {} : { hint }),
    },
  ];
}

function changedFiles(before: RepositoryFiles, after: RepositoryFiles): ChangedFile[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths
    .map((path) => ({ path, before: before.get(path), after: after.get(path) }))
    .filter((file) => file.before !== file.after);
}

function changedApplications({ beforeTree, afterTree }: PlanInput): string[] {
  const names = new Set([...beforeTree.applications.keys(), ...afterTree.applications.keys()]);
  return [...names]
    .filter((name) => !isSameDocument(beforeTree.applications.get(name), afterTree.applications.get(name)))
    .sort();
}

/** Checks what changed and whatever is bound to it: nobody may lose what they depend on. */
async function siblingProblems(input: PlanInput, names: readonly string[]): Promise<Problem[]> {
  const changed = new Set(names);
  const { afterTree: tree } = input;
  const affected = [...tree.applications.values()].filter(
    (document) => changed.has(document.name) || boundTo(document).some((provider) => changed.has(provider)),
  );
  const { environment, catalog, wants } = input;
  const facts = { environment, tree, catalog, wants };
  const problems: Problem[] = [];
  for (const document of affected) {
    await takeTurn();
    problems.push(...applicationProblems(document, facts));
    const before = input.beforeTree.applications.get(document.name);
    if (before !== undefined) problems.push(...versionMoveProblems(before, document, input.catalog));
  }
  return affected.length > 0 ? [...problems, ...cycleProblems(tree)] : problems;
}

function boundTo(document: ApplicationDocument): string[] {
  return Object.values(document.spec.bindings ?? {}).map((binding) => binding.application);
}

function plannedApplication(name: string, input: PlanInput): PlannedApplication {
  const before = input.beforeTree.applications.get(name);
  const after = input.afterTree.applications.get(name);
  const requestedBy = (after ?? before)?.labels[labels.requestedBy];
  return {
    name,
    action: actionOf(before, after),
    ...(after === undefined ? {} : { blueprint: { ...after.spec.blueprint } }),
    ...(before === undefined ? {} : { previous: { ...before.spec.blueprint } }),
    ...(requestedBy === undefined ? {} : { requestedBy }),
    fields: concealFields(fieldChanges(before?.spec, after?.spec, "spec"), after, input.catalog),
  };
}

function plannedDependencies(name: string, input: PlanInput): PlannedDependency[] {
  const document = input.afterTree.applications.get(name);
  const release = document === undefined ? undefined : pinnedRelease(input.catalog, document.spec);
  if (document === undefined || release === undefined) return [];
  return (release.manifest.spec.depends ?? []).flatMap((dependency) => {
    const alias = dependencyAlias(dependency);
    const provider = input.afterTree.applications.get(document.spec.bindings?.[alias]?.application ?? "");
    if (provider === undefined) return [];
    const created = !input.beforeTree.applications.has(provider.name);
    return {
      application: name,
      alias,
      blueprint: provider.spec.blueprint.name,
      version: provider.spec.blueprint.version,
      provider: provider.name,
      created,
      reason:
        input.reasons?.get(`${name}/${alias}`) ??
        `${document.spec.blueprint.name} asks for ${dependency.blueprint} ${dependency.version}`,
    };
  });
}

function warnings(input: PlanInput, names: readonly string[]): string[] {
  const changed = new Set(names);
  return [...input.afterTree.applications.values()]
    .filter((document) => !changed.has(document.name))
    .flatMap((document) =>
      boundTo(document)
        .filter((provider) => changed.has(provider))
        .map((provider) => `${document.name} depends on ${provider}, which changes.`),
    )
    .sort();
}
