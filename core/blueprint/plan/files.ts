import type { PlanAction, PlannedFile } from "@catalyst/model/plan";
import { unifiedDiff } from "./diff.ts";

/** A file before and after a change; absent: it isn't there. */
export interface ChangedFile {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Says what becomes of files that changed. */
export function fileChanges(files: readonly ChangedFile[]): PlannedFile[] {
  return files.map(({ path, before, after }) => ({
    path,
    action: actionOf(before, after),
    diff: unifiedDiff(path, before, after),
  }));
}

/** What becomes of something by whether it was there and is there. */
export function actionOf(before: unknown, after: unknown): PlanAction {
  return before === undefined ? "add" : after === undefined ? "remove" : "change";
}
