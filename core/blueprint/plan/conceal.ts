import type { PlannedFile } from "@catalyst/model/plan";
import type { Catalog } from "../catalog/catalog.ts";
import { plaintextFields } from "../expansion/plaintext.ts";
import type { FieldChange } from "./diff.ts";
import type { ApplicationDocument, EnvironmentTree } from "./tree.ts";

/** Takes away what a field change says of a password that somebody wrote into config: the plan is refused for it. */
export function concealFields(
  changes: readonly FieldChange[],
  document: ApplicationDocument | undefined,
  catalog: Catalog,
): FieldChange[] {
  const secret = secretsIn(document, catalog).map((field) => `spec.config.${field}`);
  return changes.map((change) =>
    secret.some((field) => isWithin(change.field, field) || isWithin(field, change.field))
      ? { field: change.field, after: "(secret)" }
      : change,
  );
}

function isWithin(field: string, outer: string): boolean {
  return field === outer || field.startsWith(`${outer}.`);
}

/** Takes away the diff of a file in which a secret value stands, or may stand: nobody knows of one that can't be read. */
export function concealFiles(
  files: readonly PlannedFile[],
  tree: EnvironmentTree,
  catalog: Catalog,
): PlannedFile[] {
  const changed = new Set(files.map(({ path }) => path));
  const holding = [...tree.applications.values()]
    .filter((document) => changed.has(document.path) && secretsIn(document, catalog).length > 0)
    .map(({ path }) => path);
  const concealed = new Set<string | undefined>([...holding, ...tree.problems.map(({ file }) => file)]);
  return files.map((file) => (concealed.has(file.path) ? { ...file, diff: "" } : file));
}

/** Secrets with a value in config; what any release takes for a secret is one, also when the pin is wrong. */
function secretsIn(document: ApplicationDocument | undefined, catalog: Catalog): readonly string[] {
  if (document?.spec.config === undefined) return [];
  const { config, blueprint } = document.spec;
  const fields = catalog
    .releases(blueprint.name)
    .filter(({ verified }) => verified)
    .flatMap((release) => plaintextFields(release.manifest.spec.configSchema, config));
  return [...new Set(fields)];
}
