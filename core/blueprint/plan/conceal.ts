import type { PlannedFile } from "@catalyst/model/plan";
import type { Problem } from "@catalyst/model/problem";
import type { Catalog } from "../catalog/catalog.ts";
import { passwordFields } from "../expansion/config-fields.ts";
import { pinnedRelease } from "./check.ts";
import type { FieldChange } from "./diff.ts";
import type { ApplicationDocument } from "./tree.ts";

/** Takes away what a field change says of a password that somebody wrote into config: the plan is refused for it. */
export function concealFields(
  changes: readonly FieldChange[],
  document: ApplicationDocument | undefined,
  { catalog }: { readonly catalog: Catalog },
): FieldChange[] {
  const release = document === undefined ? undefined : pinnedRelease(catalog, document.spec);
  const secret = passwordFields(release?.manifest.spec.configSchema).map((field) => `spec.config.${field}`);
  return changes.map((change) =>
    secret.some((field) => change.field === field || change.field.startsWith(`${field}.`))
      ? { field: change.field, after: "(secret)" }
      : change,
  );
}

/** Takes away the diff of a file in which a secret value stands. */
export function concealFiles(files: readonly PlannedFile[], problems: readonly Problem[]): PlannedFile[] {
  const holding = new Set(
    problems.filter(({ code }) => code === "config-secret-plaintext").map(({ file }) => file),
  );
  return files.map((file) => (holding.has(file.path) ? { ...file, diff: "" } : file));
}
