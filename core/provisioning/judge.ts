import { CatalystError } from "@catalyst/base/errors";
import { type ProtectedChange, printPlan } from "@catalyst/blueprint/plan";
import {
  catalogRepository,
  isEnvironmentType,
  parseEnvironmentName,
  systemRepository,
} from "@catalyst/model/naming";
import { type Problem, printProblem } from "@catalyst/model/problem";
import type { JudgePush, ObjectId, Push, RefUpdate, Verdict } from "@catalyst/ports/git";
import { type EnvironmentSnapshot, mainBranch, pushReader } from "./environment-repository.ts";
import type { Provisioning } from "./provisioning.ts";
import { systemProblems } from "./system-repository.ts";

/** Parts of an Environment's repository that not every writer may change. */
export type ProtectedPart = "environment" | "policy";

export interface JudgeOptions {
  readonly provisioning: Provisioning;
  /** Whether a user may change a protected part of an Environment's repository. */
  mayChange(user: string, environment: string, part: ProtectedPart): Promise<boolean>;
}

const nothing = /^0+$/;
const mainRef = `refs/heads/${mainBranch}`;

/**
 * The verdict on a push: the plan of what is pushed to `main`, or what is wrong with it. Other branches
 * run nowhere and are judged when they are merged.
 */
export function openJudge(options: JudgeOptions): JudgePush {
  return async (push) => {
    const { owner, name } = push.repository;
    const update = push.updates.find((candidate) => candidate.ref === mainRef);
    if (owner === catalogRepository.owner && !push.pusher.platform)
      return refused("the catalog is a read-only mirror");
    if (update === undefined) return { accepted: true, lines: [] };
    if (nothing.test(update.after)) return refused(`${mainBranch} is what runs and can't be deleted`);
    if (owner === systemRepository.owner && name === systemRepository.name) return judgeSystem(push, update);
    if (isEnvironmentRepository(owner, name)) return judgeEnvironment(push, update, options);
    return { accepted: true, lines: [] };
  };
}

function isEnvironmentRepository(owner: string, name: string): boolean {
  return (
    name.startsWith(`${owner}-`) &&
    isEnvironmentType(name.slice(owner.length + 1)) &&
    parseEnvironmentName(name).organization === owner
  );
}

function refused(...lines: readonly string[]): Verdict {
  return { accepted: false, lines };
}

async function judgeEnvironment(push: Push, update: RefUpdate, options: JudgeOptions): Promise<Verdict> {
  const environment = push.repository.name;
  const underWay =
    push.pusher.platform && push.plan !== undefined
      ? options.provisioning.planUnderWay(push.plan)
      : undefined;
  if (underWay !== undefined && (underWay.base ?? "") === (before(update) ?? ""))
    return { accepted: true, lines: printPlan(underWay) };
  try {
    const after = await options.provisioning.reader.read(environment, update.after, pushReader(push.tree));
    const { user, platform } = push.pusher;
    // a credential that pushes may write
    const caller = platform ? undefined : ({ user, scope: "write" } as const);
    const changes = await protectedChanges(push, update, after, options);
    const plan = await options.provisioning.planPush(environment, before(update), after, changes, caller);
    return {
      accepted: plan.problems.length === 0 && plan.policy.verdict === "allowed",
      lines: printPlan(plan),
    };
  } catch (error) {
    if (!(error instanceof CatalystError)) throw error;
    return refused(printProblem(problemOf(error)));
  }
}

function before(update: RefUpdate): ObjectId | undefined {
  return nothing.test(update.before) ? undefined : update.before;
}

/** The platform changes what it made; anybody else needs the role for it. */
async function protectedChanges(
  push: Push,
  update: RefUpdate,
  after: EnvironmentSnapshot,
  options: JudgeOptions,
): Promise<readonly ProtectedChange[]> {
  if (push.pusher.platform) return [];
  const { user } = push.pusher;
  const changes: ProtectedChange[] = [];
  const environment = push.repository.name;
  const old = await options.provisioning.snapshotAt(environment, before(update));
  for (const part of ["environment", "policy"] as const) {
    const path = `${part}.yaml`;
    if (old.files.get(path) === after.files.get(path)) continue;
    changes.push({ path, user, allowed: await options.mayChange(user, environment, part) });
  }
  return changes;
}

async function judgeSystem(push: Push, update: RefUpdate): Promise<Verdict> {
  const problems = await systemProblems(push.tree, update.after);
  if (problems.length > 0) return refused(...problems.map(printProblem));
  return { accepted: true, lines: ["The Sovereign's configuration is valid"] };
}

function problemOf(error: CatalystError): Problem {
  const { file, line, field } = error.place ?? {};
  return {
    code: error.code,
    message: error.message,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(field === undefined ? {} : { field }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  };
}
