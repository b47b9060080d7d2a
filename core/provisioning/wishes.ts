import { isCatalystError } from "@catalyst/base/errors";
import { parseRange } from "@catalyst/base/version-range";
import { printYaml } from "@catalyst/base/yaml";
import type { Catalog } from "@catalyst/blueprint/catalog";
import { withDefaults } from "@catalyst/blueprint/expansion";
import {
  type ApplicationDocument,
  applicationPath,
  type EnvironmentTree,
  pinnedRelease,
  type RepositoryFiles,
  type SecretsDocument,
  secretsContent,
  secretsDocumentPath,
  type WantsDependency,
} from "@catalyst/blueprint/plan";
import type { Requirement, Resolve, ResolvedApplication } from "@catalyst/blueprint/resolver";
import type { ApplicationSpec } from "@catalyst/model/application";
import { labels } from "@catalyst/model/label";
import { applicationNameProblem } from "@catalyst/model/naming";
import type { ApplicationChange } from "@catalyst/model/plan";
import type { Problem } from "@catalyst/model/problem";
import { writeApplicationDocument } from "./document.ts";

export interface WishFacts {
  readonly environment: string;
  readonly files: RepositoryFiles;
  readonly tree: EnvironmentTree;
  readonly catalog: Catalog;
  readonly wants: WantsDependency;
  readonly resolve: Resolve;
}

/** The repository as the wishes would have it. */
export interface FulfilledWishes {
  readonly files: RepositoryFiles;
  readonly problems: readonly Problem[];
  /** Why each dependency is met as it is, by `application/alias`. */
  readonly reasons: ReadonlyMap<string, string>;
}

/**
 * Turns wishes into the files of a commit: versions chosen, dependencies bound or created along, documents
 * written or edited. Wishes that can't be met become problems and leave their Application as it was.
 */
export function fulfilWishes(wishes: readonly ApplicationChange[], facts: WishFacts): FulfilledWishes {
  const files = new Map(facts.files);
  const problems: Problem[] = [];
  const reasons = new Map<string, string>();
  const requirements: Requirement[] = [];
  const specs = new Map<string, ApplicationSpec>();
  for (const wish of wishes) {
    const existing = facts.tree.applications.get(wish.name);
    const problem = wishProblem(wish, existing);
    if (problem !== undefined) problems.push(problem);
    else if (wish.remove === true) removeFiles(files, wish.name);
    else {
      const spec = merged(wish, existing);
      specs.set(wish.name, spec);
      requirements.push(requirementOf(wish, spec, existing, facts));
    }
  }
  if (problems.length > 0 || requirements.length === 0) return { files, problems, reasons };
  const resolution = facts.resolve({
    requirements,
    siblings: siblings(facts, files, requirements),
    catalog: facts.catalog,
    wants: facts.wants,
  });
  if (!resolution.resolved) {
    const field = resolution.code === "name-taken" ? "name" : "blueprint";
    const message = resolution.sentences.join(" ");
    return { files: facts.files, problems: [{ code: resolution.code, message, field }], reasons };
  }
  for (const dependency of resolution.dependencies)
    reasons.set(`${dependency.application}/${dependency.alias}`, dependency.reason);
  for (const application of resolution.applications)
    writeFile(files, application, specs.get(application.application), facts);
  return { files, problems, reasons };
}

function wishProblem(
  wish: ApplicationChange,
  existing: ApplicationDocument | undefined,
): Problem | undefined {
  const name = applicationNameProblem(wish.name);
  if (name !== undefined && existing === undefined)
    return { code: "application-name-invalid", message: name, field: "name" };
  if (wish.remove === true && existing === undefined)
    return { code: "application-missing", message: `there is no Application "${wish.name}"`, field: "name" };
  if (wish.remove !== true && wish.blueprint === undefined && existing === undefined) {
    return { code: "blueprint-missing", message: "a new Application needs a Blueprint", field: "blueprint" };
  }
  if (
    wish.blueprint !== undefined &&
    existing !== undefined &&
    existing.spec.blueprint.name !== wish.blueprint.name
  ) {
    return {
      code: "name-taken",
      message: `"${wish.name}" is already an Application of ${existing.spec.blueprint.name}`,
      field: "name",
      hint: "Choose another name.",
    };
  }
  return versionProblem(wish.blueprint?.version);
}

function versionProblem(version: string | undefined): Problem | undefined {
  try {
    if (version !== undefined) parseRange(rangeOf(version));
    return undefined;
  } catch (error) {
    if (!isCatalystError(error, "version-range-invalid")) throw error;
    const { code, message, hint } = error;
    return { code, message, field: "blueprint.version", ...(hint === undefined ? {} : { hint }) };
  }
}

/** A version as it stands means exactly that one. */
function rangeOf(version: string): string {
  return /^\d/.test(version) ? `=${version}` : version;
}

/** The wish laid over what is there; the pin is filled in once versions are chosen. */
function merged(wish: ApplicationChange, existing: ApplicationDocument | undefined): ApplicationSpec {
  const before: Partial<ApplicationSpec> = existing?.spec ?? {};
  const { size, placement, suspended } = { ...before, ...defined({ ...wish, secrets: undefined }) };
  const config = unlessEmpty(wish.config as ApplicationSpec["config"], before.config);
  const bindings = unlessEmpty(wish.bindings, before.bindings);
  return {
    blueprint: before.blueprint ?? { name: wish.blueprint?.name ?? "", version: "", digest: "" },
    ...defined({ size, config, placement, bindings, secrets: secretsOf(wish, before) }),
    ...(suspended === true ? { suspended } : {}),
  };
}

/** The versions of an Application's values, as the wish changes them; undefined when it is left with none. */
function secretsOf(
  wish: ApplicationChange,
  before: Partial<ApplicationSpec>,
): Readonly<Record<string, number>> | undefined {
  const secrets: Record<string, number> = { ...before.secrets };
  for (const [field, version] of Object.entries(wish.secrets ?? {})) {
    if (version === null) delete secrets[field];
    else secrets[field] = version;
  }
  return Object.keys(secrets).length === 0 ? undefined : secrets;
}

/** What is wished, else what is there. An empty map says what its absence says, so none is added. */
function unlessEmpty<T extends object>(wish: T | undefined, before: T | undefined): T | undefined {
  const isEmpty = (value: T | undefined) => value !== undefined && Object.keys(value).length === 0;
  return isEmpty(wish) && !isEmpty(before) ? undefined : (wish ?? before);
}

function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function requirementOf(
  wish: ApplicationChange,
  spec: ApplicationSpec,
  existing: ApplicationDocument | undefined,
  facts: WishFacts,
): Requirement {
  const version = wish.blueprint === undefined ? existing?.spec.blueprint.version : wish.blueprint.version;
  const pinned = existing === undefined ? undefined : pinnedRelease(facts.catalog, existing.spec);
  const schema = pinned?.manifest.spec.configSchema;
  return {
    application: wish.name,
    blueprint: spec.blueprint.name,
    ...(version === undefined ? {} : { range: rangeOf(version) }),
    config: withDefaults(schema, spec.config ?? {}),
    bindings: spec.bindings ?? {},
  };
}

function siblings(facts: WishFacts, files: RepositoryFiles, requirements: readonly Requirement[]) {
  const asked = new Set(requirements.map((requirement) => requirement.application));
  return [...facts.tree.applications.values()]
    .filter((document) => !asked.has(document.name) && files.has(document.path))
    .map((document) => ({
      application: document.name,
      blueprint: document.spec.blueprint.name,
      version: document.spec.blueprint.version,
    }));
}

function writeFile(
  files: Map<string, string>,
  resolved: ResolvedApplication,
  spec: ApplicationSpec | undefined,
  facts: WishFacts,
): void {
  const { application: name, release } = resolved;
  const config = spec === undefined ? resolved.config : spec.config;
  const content = {
    name,
    labels: resolved.requestedBy === undefined ? {} : { [labels.requestedBy]: resolved.requestedBy },
    spec: {
      ...spec,
      blueprint: { name: release.name, version: release.version, digest: release.digest },
      ...(config === undefined || Object.keys(config).length === 0 ? {} : { config }),
      ...(Object.keys(resolved.bindings).length === 0 ? {} : { bindings: resolved.bindings }),
    },
  };
  files.set(applicationPath(name), writeApplicationDocument(content, facts.files.get(applicationPath(name))));
  writeSecretsFile(files, name, content.spec.secrets ?? {}, facts);
}

/** The references go with the Application that needs them, in the same commit. */
function writeSecretsFile(
  files: Map<string, string>,
  name: string,
  versions: Readonly<Record<string, number>>,
  { environment, tree }: WishFacts,
): void {
  const path = secretsDocumentPath(name);
  const existing = tree.applications.get(name)?.secrets;
  if (Object.keys(versions).length === 0) files.delete(path);
  else if (existing === undefined || !isSaid(existing, versions))
    files.set(path, printYaml(secretsContent(environment, name, versions, existing?.references ?? [])));
}

/** A file that says the same in other words stays as its author wrote it. */
function isSaid({ references }: SecretsDocument, versions: Readonly<Record<string, number>>): boolean {
  return (
    references.length === Object.keys(versions).length &&
    references.every(({ field, version }) => versions[field] === version)
  );
}

function removeFiles(files: Map<string, string>, name: string): void {
  for (const path of [...files.keys()]) if (path.startsWith(`applications/${name}/`)) files.delete(path);
}
