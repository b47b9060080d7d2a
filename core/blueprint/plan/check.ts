import { satisfies } from "@catalyst/base/version-range";
import type { ApplicationSpec } from "@catalyst/model/application";
import { type Dependency, isPlaceable } from "@catalyst/model/blueprint";
import type { Problem } from "@catalyst/model/problem";
import { type Catalog, type CatalogRelease, unplaceable } from "../catalog/catalog.ts";
import { withoutPasswords } from "../expansion/config-fields.ts";
import { withDefaults } from "../expansion/values.ts";
import { secretsProblems } from "./check-secrets.ts";
import { schemaProblems } from "./schema.ts";
import type { ApplicationDocument, EnvironmentTree } from "./tree.ts";

/** How a dependency is called in config and values. */
export function dependencyAlias(dependency: Dependency): string {
  return dependency.alias ?? dependency.blueprint.replace(/^bp-/, "");
}

/** Tells whether a conditional dependency is wanted with this config. */
export type WantsDependency = (dependency: Dependency, config: Readonly<Record<string, unknown>>) => boolean;

export interface CheckFacts {
  readonly environment: string;
  readonly tree: EnvironmentTree;
  readonly catalog: Catalog;
  readonly wants: WantsDependency;
}

/** The release an Application pins, when it may be installed. */
export function pinnedRelease(catalog: Catalog, spec: ApplicationSpec): CatalogRelease | undefined {
  return catalog.releases(spec.blueprint.name).find((release) => release.digest === spec.blueprint.digest);
}

/**
 * Says what is wrong with one Application among its siblings: Blueprint and pin, config, size, placement,
 * dependencies. Every problem names file, line and field.
 */
export function applicationProblems(document: ApplicationDocument, facts: CheckFacts): Problem[] {
  const at = problemAt(document);
  const releases = facts.catalog.releases(document.spec.blueprint.name);
  const pin = pinProblem(document.spec, releases, facts.catalog);
  if (pin !== undefined) return [at(pin.path, pin.code, pin.message, pin.hint)];
  const release = pinnedRelease(facts.catalog, document.spec);
  if (release === undefined) return [];
  const { spec } = release.manifest;
  const config = withDefaults(spec.configSchema, document.spec.config ?? {});
  const problems: Problem[] = [];
  if (spec.configSchema !== undefined) {
    const schema = withoutPasswords(spec.configSchema);
    const found = schemaProblems(schema, config, ["spec", "config"], document.source);
    problems.push(...found.map((problem) => ({ ...problem, file: document.path })));
  }
  problems.push(...secretsProblems(document, spec.configSchema, facts.environment));
  const size = document.spec.size;
  if (size !== undefined && !Object.hasOwn(spec.sizes ?? {}, size)) {
    const known = Object.keys(spec.sizes ?? {}).join(", ");
    problems.push(
      at(
        ["spec", "size"],
        "blueprint-size-unknown",
        `${release.name} has no size "${size}"`,
        known === "" ? "Leave size out." : `Choose one of ${known}.`,
      ),
    );
  }
  const mode = document.spec.placement?.mode;
  if (mode !== undefined && spec.placement !== undefined && !spec.placement.modes.includes(mode)) {
    problems.push(
      at(
        ["spec", "placement", "mode"],
        "placement-unsupported",
        `${release.name} can't be placed ${mode}`,
        `Choose one of ${spec.placement.modes.join(", ")}.`,
      ),
    );
  }
  for (const dependency of spec.depends ?? []) {
    if (facts.wants(dependency, config)) problems.push(...bindingProblems(document, dependency, facts));
  }
  return problems;
}

interface PinProblem {
  readonly path: readonly string[];
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** An ordered list of tiny checks: the first that fails is the answer. */
function pinProblem(
  spec: ApplicationSpec,
  releases: readonly CatalogRelease[],
  catalog: Catalog,
): PinProblem | undefined {
  const { name, version, digest } = spec.blueprint;
  if (releases.length === 0) {
    const known = catalog.names();
    return {
      path: ["spec", "blueprint", "name"],
      code: "blueprint-unknown",
      message: `there is no Blueprint ${name} in the catalog`,
      hint:
        known.length === 0 ? "The catalog is empty." : `The catalog has ${known.slice(0, 10).join(", ")}.`,
    };
  }
  const release = releases.find((candidate) => candidate.version === version);
  if (release === undefined) {
    return {
      path: ["spec", "blueprint", "version"],
      code: "blueprint-version-unknown",
      message: `${name} has no version ${version}`,
      hint: `It has ${releases
        .map((candidate) => candidate.version)
        .slice(0, 10)
        .join(", ")}.`,
    };
  }
  if (!release.verified) {
    return {
      path: ["spec", "blueprint"],
      code: "blueprint-unverified",
      message: `${name} ${version} is refused: ${release.reason ?? "its signature doesn't verify"}`,
    };
  }
  if (release.digest !== digest) {
    return {
      path: ["spec", "blueprint", "digest"],
      code: "blueprint-digest-mismatch",
      message: `${digest} is not what was verified as ${name} ${version}`,
      hint: `Write ${release.digest}.`,
    };
  }
  if (release.yanked)
    return {
      path: ["spec", "blueprint", "version"],
      code: "blueprint-yanked",
      message: `${name} ${version} was withdrawn`,
    };
  if (!isPlaceable(release.manifest.spec))
    return {
      path: ["spec", "blueprint", "name"],
      code: "blueprint-unplaceable",
      message: unplaceable(release),
    };
  return undefined;
}

function bindingProblems(
  document: ApplicationDocument,
  dependency: Dependency,
  facts: CheckFacts,
): Problem[] {
  const at = problemAt(document);
  const alias = dependencyAlias(dependency);
  const path = ["spec", "bindings", alias];
  const binding = document.spec.bindings?.[alias];
  const wanted = `${dependency.blueprint} ${dependency.version}`;
  if (binding === undefined) {
    return [
      at(
        path,
        "dependency-unbound",
        `${document.spec.blueprint.name} needs ${wanted} as "${alias}"`,
        `Add bindings.${alias}.application with the name of an Application of ${dependency.blueprint} in this Environment.`,
      ),
    ];
  }
  const provider = facts.tree.applications.get(binding.application);
  if (provider === undefined) {
    return [
      at(
        [...path, "application"],
        "dependency-missing",
        `${document.name} uses "${binding.application}", and there would be no such Application in this Environment`,
        `${document.name} needs ${wanted} as "${alias}": keep it, or bind another one first.`,
      ),
    ];
  }
  if (provider.name === document.name)
    return [at([...path, "application"], "dependency-self", `${document.name} can't depend on itself`)];
  const { name, version } = provider.spec.blueprint;
  if (name !== dependency.blueprint || !satisfies(version, dependency.version)) {
    return [
      at(
        [...path, "application"],
        "dependency-unsatisfied",
        `${provider.name} is ${name} ${version}, but ${document.name} needs ${wanted} as "${alias}"`,
      ),
    ];
  }
  return [];
}

/** Finds circles among the bindings; names one way round. */
export function cycleProblems(tree: EnvironmentTree): Problem[] {
  const done = new Set<string>();
  const problems: Problem[] = [];
  const visit = (name: string, path: readonly string[]): void => {
    const document = tree.applications.get(name);
    if (document === undefined || done.has(name)) return;
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name].join(" → ");
      problems.push({
        code: "dependency-cycle",
        message: `these Applications depend on each other in a circle: ${circle}`,
        file: document.path,
      });
      return;
    }
    for (const binding of Object.values(document.spec.bindings ?? {}))
      visit(binding.application, [...path, name]);
    done.add(name);
  };
  for (const name of tree.applications.keys()) visit(name, []);
  return problems;
}

/** Makes problems with the file, line and field of a document. */
export function problemAt(document: ApplicationDocument) {
  return (path: readonly string[], code: string, message: string, hint?: string): Problem => {
    const line = document.source.lineOf(path);
    return {
      code,
      message,
      file: document.path,
      field: path.join("."),
      ...(line === undefined ? {} : { line }),
      ...(hint === undefined ? {} : { hint }),
    };
  };
}
