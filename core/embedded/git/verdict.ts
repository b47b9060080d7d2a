import { describeError, isCatalystError } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import type { JudgePush, Pusher, RefUpdate, RepositoryRef, Verdict } from "@catalyst/ports/git";
import type { GitAuthorization } from "./authorization.ts";
import { type BranchRule, pushProblem, ruleFor } from "./branch-rules.ts";
import { isPlainRef } from "./names.ts";
import type { RepositoryReader } from "./repository-reader.ts";

/** A push as the hook describes it, before its refs move. */
export interface ReceivedPush<P extends Pusher> {
  readonly repository: RepositoryRef;
  readonly defaultBranch: string;
  readonly rules: readonly BranchRule[];
  readonly pusher: P;
  readonly updates: readonly RefUpdate[];
  readonly plan: string | undefined;
}

export interface VerdictOptions<P extends Pusher> {
  readonly authorization: GitAuthorization<P>;
  readonly judge: JudgePush;
  readonly logger: Logger;
}

/**
 * Decides over a push: first what the host itself demands of each ref, then the injected judge. Refuses when the
 * judge throws.
 */
export async function decidePush<P extends Pusher>(
  options: VerdictOptions<P>,
  push: ReceivedPush<P>,
  reader: RepositoryReader,
  signal: AbortSignal,
): Promise<Verdict> {
  if (push.updates.length === 0) return refusal("the push names no ref");
  for (const update of push.updates) {
    const problem = await refProblem(options.authorization, push, update, reader);
    if (problem !== undefined) return refusal(problem);
  }
  try {
    const { repository, pusher, updates, plan } = push;
    return await options.judge({ repository, pusher, updates, plan, tree: reader }, signal);
  } catch (error) {
    options.logger.error("judging a push failed", { repository: push.repository, error });
    return refusal(isCatalystError(error) ? describeError(error) : "the push could not be judged");
  }
}

async function refProblem<P extends Pusher>(
  authorization: GitAuthorization<P>,
  push: ReceivedPush<P>,
  update: RefUpdate,
  reader: RepositoryReader,
): Promise<string | undefined> {
  const { ref, before, after } = update;
  if (!/^refs\/(heads|tags)\/./.test(ref) || !isPlainRef(ref))
    return `${ref}: only branches and tags are accepted`;
  if (!(await authorization.mayWrite(push.pusher, push.repository, ref))) {
    return `${ref}: ${push.pusher.user} may not write it`;
  }
  const current = (await reader.objects.info(ref))?.id;
  if (current !== (isZero(before) ? undefined : before)) {
    return `${ref}: it has moved to ${current ?? "nothing"} since; fetch and try again`;
  }
  const branch = ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : undefined;
  const rule = branch === undefined ? undefined : ruleFor(push.rules, branch);
  const problem = rule && pushProblem(rule, push.pusher);
  if (problem !== undefined) return `${ref}: ${problem}`;
  const keepsHistory = branch === push.defaultBranch || rule?.forcePush === false;
  if (!keepsHistory || current === undefined) return undefined;
  if (isZero(after)) return `${ref}: it is protected and can't be deleted`;
  if (!(await reader.contains(after, current))) {
    return `${ref}: its history is the audit log and can't be rewritten; revert instead`;
  }
  return undefined;
}

/** Tells whether an id is all zeros: no object. */
export function isZero(id: string): boolean {
  return /^0+$/.test(id);
}

function refusal(line: string): Verdict {
  return { accepted: false, lines: [line] };
}
