import type { Problem } from "@catalyst/model/problem";
import type { BlueprintFolder } from "../folder/folder.ts";
import type { RenderedBlueprint } from "./rendering.ts";

/** Something a Blueprint should have otherwise. An error keeps it from being published. */
export interface Finding extends Problem {
  readonly severity: "error" | "warning";
}

/** What rules look at. */
export interface LintSubject extends BlueprintFolder {
  /** The chart rendered with an empty config, once per size; absent where that failed. */
  readonly renderings: readonly RenderedBlueprint[];
}

/** A finding without its rule's code and severity. */
export type RuleFinding = Omit<Problem, "code">;

/** One thing that is checked. Codes are stable: they are documented and may be referred to. */
export interface Rule {
  readonly code: string;
  readonly severity: "error" | "warning";
  /** What a good Blueprint has, one sentence. */
  readonly summary: string;
  check(subject: LintSubject): readonly RuleFinding[];
}
