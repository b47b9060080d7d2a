import { CatalystError } from "@catalyst/base/errors";

/** Why a patch can't be applied. */
export type PatchProblem =
  /** It isn't a patch of its type. */
  | "malformed"
  /** It is one, and doesn't fit this object. */
  | "not-applicable"
  | "too-large";

/** A patch that can't be applied; the caller turns it into the answer of its patch type. */
export class PatchFault extends CatalystError {
  readonly problem: PatchProblem;

  constructor(problem: PatchProblem, message: string) {
    super(`kubernetes-patch-${problem}`, message);
    this.problem = problem;
  }
}
