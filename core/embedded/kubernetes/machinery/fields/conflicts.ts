import { applyConflict, type StatusError } from "../status.ts";
import { FieldSet } from "./field-set.ts";
import type { Manager } from "./managers.ts";
import { printPath } from "./path-element.ts";

/** A field that another manager owns and the applied object wants different. */
export interface Conflict {
  readonly manager: Manager;
  readonly path: readonly string[];
}

/** The paths in conflict as a set. */
export function conflictSet(conflicts: readonly Conflict[]): FieldSet {
  const set = new FieldSet();
  for (const { path } of conflicts) set.insert(path);
  return set;
}

/** 409 with upstream's wording, which kubectl prints as it is. */
export function conflictError(conflicts: readonly Conflict[]): StatusError {
  const faults = conflicts.map(({ manager, path }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${printManager(manager)}`,
    field: printPath(path),
  }));
  return applyConflict(faults, conflictMessage(conflicts));
}

function conflictMessage(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (first !== undefined && conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${printManager(first.manager)}: ${printPath(first.path)}`;
  }
  const byManager = Map.groupBy(conflicts, ({ manager }) => printManager(manager));
  const lines = [...byManager]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([manager, group]) => [
      `conflicts with ${manager}:`,
      ...group.map(({ path }) => `- ${printPath(path)}`),
    ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join("\n")}`;
}

function printManager(manager: Manager): string {
  const name = JSON.stringify(manager.name);
  const where = manager.subresource === "" ? "" : ` with subresource ${JSON.stringify(manager.subresource)}`;
  return manager.applied ? `${name}${where}` : `${name}${where} using ${manager.apiVersion}`;
}
