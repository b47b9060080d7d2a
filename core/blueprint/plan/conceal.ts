import { concealer } from "@catalyst/base/conceal";
import { isObject } from "@catalyst/base/json";
import type { PlannedFile } from "@catalyst/model/plan";
import type { KubeObject } from "@catalyst/ports/kubernetes";
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

/**
 * Takes secret values out of objects wherever a chart put them. What an object is known by stays, and a Secret's own
 * values do: they are masked when it is shown.
 */
export function concealObjects(
  objects: readonly KubeObject[],
  secretTexts: readonly string[],
): readonly KubeObject[] {
  if (secretTexts.length === 0) return objects;
  const conceal = concealer(secretTexts);
  return objects.map((object) => {
    const { name, namespace } = object.metadata;
    const shown = concealValue(object, conceal) as KubeObject;
    const { apiVersion, kind, data, stringData } = object;
    return {
      ...shown,
      apiVersion,
      kind,
      metadata: { ...shown.metadata, name, ...(namespace === undefined ? {} : { namespace }) },
      ...(kind === "Secret" && data !== undefined ? { data } : {}),
      ...(kind === "Secret" && stringData !== undefined ? { stringData } : {}),
    };
  });
}

function concealValue(value: unknown, conceal: (text: string) => string): unknown {
  if (typeof value === "string") return conceal(value);
  if (Array.isArray(value)) return value.map((item) => concealValue(item, conceal));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [conceal(key), concealValue(item, conceal)]),
  );
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
