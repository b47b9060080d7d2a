import type { Dependency } from "@catalyst/model/blueprint";
import { applicationNameProblem } from "@catalyst/model/naming";
import { withDefaults } from "../expansion/values.ts";
import { dependencyAlias } from "../plan/check.ts";
import { type Constraint, candidates, meets, whyNone } from "./candidates.ts";
import type {
  Requirement,
  Resolution,
  ResolvedApplication,
  ResolvedDependency,
  ResolveInput,
} from "./resolution.ts";

type Conflict = Extract<Resolution, { readonly resolved: false }>;

/** What has been decided so far; never changed in place, so that going back is forgetting. */
interface Decided {
  readonly applications: ReadonlyMap<string, ResolvedApplication>;
  readonly dependencies: readonly ResolvedDependency[];
}

/** Why a branch failed, and the Applications another version of which might have avoided it. */
interface Failure {
  readonly conflict: Conflict;
  readonly causes: ReadonlySet<string>;
}

/** An Application on the way down to a dependency. */
interface Ancestor {
  readonly application: string;
  readonly blueprint: string;
}

/** Choose a version for an Application. */
interface Choose {
  readonly step: "choose";
  readonly wanted: Requirement;
  readonly constraint: Constraint;
  readonly requestedBy?: string | undefined;
  /** Those that led here, the Application itself last. */
  readonly path: readonly Ancestor[];
  /** Applications whose versions led to this choice. */
  readonly causes: readonly string[];
}

/** Find who meets a dependency of an Application. */
interface Meet {
  readonly step: "meet";
  readonly consumer: ResolvedApplication;
  readonly dependency: Dependency;
  readonly path: readonly Ancestor[];
}

type Step = Choose | Meet;

/** Decisions tried before the first conflict found counts as the answer. */
const stepLimit = 20_000;

/**
 * Resolves by depth-first search: newest release first, existing Applications before new ones. On a conflict
 * it goes back to the last decision that took part in it and skips those that didn't. Deterministic. Throws
 * `blueprint-condition-invalid`.
 */
export function resolve(input: ResolveInput): Resolution {
  const steps = input.requirements.map(
    (wanted): Choose => ({
      step: "choose",
      wanted,
      constraint: { range: wanted.range, asker: `"${wanted.application}" asks for` },
      path: [wanted],
      causes: [],
    }),
  );
  const result = new Search(input).run(steps, { applications: new Map(), dependencies: [] });
  if ("conflict" in result) return result.conflict;
  const { applications, dependencies } = result;
  return { resolved: true, applications: [...applications.values()], dependencies };
}

class Search {
  readonly #input: ResolveInput;
  #steps = 0;

  constructor(input: ResolveInput) {
    this.#input = input;
  }

  run(steps: readonly Step[], decided: Decided): Decided | Failure {
    this.#steps++;
    const [step, ...rest] = steps;
    if (step === undefined) return decided;
    return step.step === "choose" ? this.#choose(step, rest, decided) : this.#meet(step, rest, decided);
  }

  #choose(step: Choose, rest: readonly Step[], decided: Decided): Decided | Failure {
    const { wanted, constraint, path } = step;
    const { application, bindings } = wanted;
    const causes = new Set(step.causes);
    let first: Conflict | undefined;
    for (const release of candidates(this.#input.catalog, wanted.blueprint, constraint)) {
      const config = withDefaults(release.manifest.spec.configSchema, wanted.config);
      const consumer = {
        application,
        release,
        config: wanted.config,
        bindings,
        requestedBy: step.requestedBy,
      };
      const dependencies = (release.manifest.spec.depends ?? [])
        .filter((dependency) => this.#input.wants(dependency, config))
        .map((dependency): Meet => ({ step: "meet", consumer, dependency, path }));
      const applications = new Map(decided.applications).set(application, consumer);
      // Dependencies come after everything that was asked for, so that they can be met by it.
      const result = this.run([...rest, ...dependencies], { ...decided, applications });
      if (!("conflict" in result) || !result.causes.has(application)) return result;
      first ??= result.conflict;
      for (const cause of result.causes) if (cause !== application) causes.add(cause);
      if (this.#steps > stepLimit) break;
    }
    const conflict = first ?? {
      resolved: false,
      application,
      ...whyNone(this.#input.catalog, wanted.blueprint, constraint),
    };
    return { conflict, causes };
  }

  #meet(step: Meet, rest: readonly Step[], decided: Decided): Decided | Failure {
    const { consumer, dependency } = step;
    const binding = consumer.bindings[dependencyAlias(dependency)];
    if (binding !== undefined) return this.#bind(step, binding.application, rest, decided);
    const [provider] = this.#providers(step, decided).filter((item) => meets(item.version, rangeOf(step)));
    if (provider === undefined) return this.#create(step, rest, decided);
    const { application, version } = provider;
    const reason = `"${application}" is there in version ${version}, which satisfies ${dependency.version}.`;
    return this.run(rest, withDependency(decided, step, application, false, reason));
  }

  /**
   * Applications of the Blueprint, by name: those that exist, then those of this very resolution that don't
   * need the consumer themselves.
   */
  #providers(
    { dependency, consumer }: Meet,
    decided: Decided,
  ): { readonly application: string; readonly version: string }[] {
    const existing = this.#input.siblings.filter((sibling) => sibling.blueprint === dependency.blueprint);
    const chosen = [...decided.applications.values()]
      .filter(({ release }) => release.name === dependency.blueprint)
      .filter(({ application }) => !leadsTo(decided, application, consumer.application))
      .map(({ application, release }) => ({ application, version: release.version }));
    return [...existing.toSorted(byName), ...chosen.toSorted(byName)];
  }

  /** A person bound it: nothing else will do. */
  #bind(step: Meet, provider: string, rest: readonly Step[], decided: Decided): Decided | Failure {
    const { dependency, consumer } = step;
    const sibling = this.#input.siblings.find((item) => item.application === provider);
    const chosen = decided.applications.get(provider)?.release;
    const there = sibling ?? (chosen && { blueprint: chosen.name, version: chosen.version });
    if (there?.blueprint === dependency.blueprint && meets(there.version, rangeOf(step))) {
      const reason = `"${consumer.application}" is bound to "${provider}".`;
      return this.run(rest, withDependency(decided, step, provider, false, reason));
    }
    const bound = `"${consumer.application}" binds "${dependencyAlias(dependency)}" to "${provider}".`;
    const need = `${needs(step)} ${dependency.blueprint} ${dependency.version}`;
    const fact =
      there === undefined
        ? `There is no Application "${provider}".`
        : `${need}, and "${provider}" is ${there.blueprint} ${there.version}.`;
    return failure(step, "version-unsatisfiable", [bound, fact], [provider]);
  }

  #create(step: Meet, rest: readonly Step[], decided: Decided): Decided | Failure {
    const { consumer, dependency, path } = step;
    const application = `${consumer.application}-${dependencyAlias(dependency)}`;
    const range = `${dependency.blueprint} ${dependency.version}`;
    const what = `${needs(step)} ${range} as "${dependencyAlias(dependency)}"`;
    // In another version, one of these might have served.
    const unfit = this.#providers(step, decided).map((provider) => provider.application);
    if (path.some(({ blueprint }) => blueprint === dependency.blueprint)) {
      const circle = [...path.map(({ blueprint }) => blueprint), dependency.blueprint].join(" needs ");
      const sentences = [`${what}.`, `That goes in a circle: ${circle}.`];
      const above = path.map((ancestor) => ancestor.application);
      return failure(step, "version-unsatisfiable", sentences, [...above, ...unfit]);
    }
    const problem = this.#nameProblem(application, decided);
    if (problem !== undefined) {
      const sentences = [`${what}, which would be created as "${application}".`, problem];
      return failure(step, "name-taken", sentences, [application, ...unfit]);
    }
    const choose: Choose = {
      step: "choose",
      wanted: {
        application,
        blueprint: dependency.blueprint,
        config: namedFor(dependency.values ?? {}, consumer.application),
        bindings: {},
      },
      constraint: { range: dependency.version, asker: needs(step) },
      requestedBy: consumer.application,
      path: [...path, { application, blueprint: dependency.blueprint }],
      causes: [consumer.application, ...unfit],
    };
    const reason = `"${application}" is created along: no Application here provides ${range}.`;
    return this.run([choose, ...rest], withDependency(decided, step, application, true, reason));
  }

  #nameProblem(application: string, decided: Decided): string | undefined {
    const owner =
      this.#input.siblings.find((item) => item.application === application)?.blueprint ??
      this.#input.requirements.find((item) => item.application === application)?.blueprint ??
      decided.applications.get(application)?.release.name;
    if (owner !== undefined) return `That name belongs to an Application of ${owner}; bind it or rename one.`;
    const problem = applicationNameProblem(application);
    return problem === undefined ? undefined : `${problem}. Choose a shorter name, or bind an Application.`;
  }
}

/** Tells whether an Application is, or needs at any depth, another. */
function leadsTo(
  { applications }: Pick<Decided, "applications">,
  from: string,
  to: string,
  seen = new Set<string>(),
): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  const bindings = Object.values(applications.get(from)?.bindings ?? {});
  return bindings.some(({ application }) => leadsTo({ applications }, application, to, seen));
}

function failure(
  { consumer }: Meet,
  code: Conflict["code"],
  sentences: readonly string[],
  causes: readonly string[],
): Failure {
  const { application } = consumer;
  return {
    conflict: { resolved: false, code, application, sentences },
    causes: new Set([application, ...causes]),
  };
}

function rangeOf({ dependency }: Meet): { readonly range: string } {
  return { range: dependency.version };
}

function needs({ consumer }: Meet): string {
  return `${consumer.release.name} ${consumer.release.version} ("${consumer.application}") needs`;
}

function withDependency(
  decided: Decided,
  { consumer, dependency }: Meet,
  provider: string,
  created: boolean,
  reason: string,
): Decided {
  const alias = dependencyAlias(dependency);
  const entry = { application: consumer.application, alias, provider, created, reason };
  const current = decided.applications.get(consumer.application) ?? consumer;
  const bindings = { ...current.bindings, [alias]: { application: provider } };
  return {
    applications: new Map(decided.applications).set(consumer.application, { ...current, bindings }),
    dependencies: [...decided.dependencies, entry],
  };
}

/** Fills the dependent's name into the config a dependency is created with. */
function namedFor(value: unknown, application: string): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "string" ? item.replace(/\$\{application\}/g, application) : item,
  );
  return JSON.parse(text) as Record<string, unknown>;
}

function byName(a: { readonly application: string }, b: { readonly application: string }): number {
  return a.application < b.application ? -1 : a.application > b.application ? 1 : 0;
}
