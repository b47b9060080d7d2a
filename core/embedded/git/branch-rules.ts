import { posix } from "node:path";
import type { Pusher, RepositoryRef } from "@catalyst/ports/git";
import { type GitFolder, readRecord, writeRecord } from "./folder.ts";

/** Who may push to the branches that a pattern matches; the part of Gitea's branch protection kept here. */
export interface BranchRule {
  /** A branch's name, or a pattern in which `*` is anything but a slash. */
  readonly name: string;
  /** Without it nobody pushes. */
  readonly push: boolean;
  /** With it only these users push. */
  readonly pushers?: readonly string[];
  /** Whether history may be rewritten and the branch be deleted. */
  readonly forcePush: boolean;
  /** RFC 3339. */
  readonly created: string;
}

/** The rules of a repository. */
export async function readRules(
  folder: GitFolder,
  repository: RepositoryRef,
): Promise<readonly BranchRule[]> {
  return (await readRecord<BranchRule[]>(folder.ownFile(repository, "branch-rules.json"))) ?? [];
}

export function writeRules(
  folder: GitFolder,
  repository: RepositoryRef,
  rules: readonly BranchRule[],
): Promise<void> {
  return writeRecord(folder.ownFile(repository, "branch-rules.json"), rules);
}

/** The rule that holds for a branch: the one of its very name before a pattern, the first pattern before others. */
export function ruleFor(rules: readonly BranchRule[], branch: string): BranchRule | undefined {
  return (
    rules.find(({ name }) => name === branch) ?? rules.find(({ name }) => posix.matchesGlob(branch, name))
  );
}

/** Says why a rule keeps someone from pushing; undefined when it doesn't. */
export function pushProblem(rule: BranchRule, pusher: Pusher): string | undefined {
  if (!rule.push) return "nobody may push to it; open a pull request";
  if (rule.pushers !== undefined && !rule.pushers.includes(pusher.user)) {
    return `${pusher.user} may not push to it; open a pull request`;
  }
  return undefined;
}
