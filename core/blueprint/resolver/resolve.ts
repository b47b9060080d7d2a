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

/** Choose a version for an Application. */
interface Choose {
  readonly step: "choose";
  readonly wanted: Requirement;
  readonly constraint: Constraint;
  readonly requestedBy?: string | undefined;
  /** The Blueprints that led here, the Application's own last. */
  readonly path: readonly string[];
}

/** Find who meets a dependency of an Application. */
interface Meet {
  readonly step: "meet";
  readonly consumer: ResolvedApplication;
  readonly dependency: Dependency;
  readonly path: readonly string[];
}

type Step = Choose | Meet;

/** What has been decided so far; never changed in place, so that going back is forgetting. */
interface Decided {
  readonly applications: ReadonlyMap<string, ResolvedApplication>;
  readonly dependencies: readonly ResolvedDependency[];
}

/** Decisions tried before the first conflict found counts as the answer. */
const stepLimit = 20_000;

/**
 * Resolves by depth-first search: newest release first, existing Applications before new ones, and back to
 * the last decision that could have been another. Deterministic. Throws `blueprint-condition-invalid`.
 */
export function resolve(input: ResolveInput): Resolution {
  const steps = input.requirements.map(
    (wanted): Choose => ({
      step: "choose",
      wanted,
      constraint: { range: wanted.range, asker: `"${wanted.application}" asks for` },
      path: [wanted.blueprint],
    }),
  );
  return new Search(input).run(steps, { applications: new Map(), dependencies: [] });
}

class Search {
  readonly #input: ResolveInput;
  #steps = 0;

  constructor(input: ResolveInput) {
    this.#input = input;
  }

  run(steps: readonly Step[], decided: Decided): Resolution {
    this.#steps++;
    const [step, ...rest] = steps;
    if (step === undefined) {
      return {
        resolved: true,
        applications: [...decided.applications.values()],
        dependencies: decided.dependencies,
      };
    }
    return step.step === "choose" ? this.#choose(step, rest, decided) : this.#meet(step, rest, decided);
  }

  #choose(step: Choose, rest: readonly Step[], decided: Decided): Resolution {
    const { wanted, constraint, path } = step;
    let first: Conflict | undefined;
    for (const release of candidates(this.#input.catalog, wanted.blueprint, constraint)) {
      const { application, bindings } = wanted;
      const config = withDefaults(release.manifest.spec.configSchema, wanted.config);
      const chosen = { application, release, config: wanted.config, bindings, requestedBy: step.requestedBy };
      const wants = (release.manifest.spec.depends ?? []).filter((dependency) =>
        this.#input.wants(dependency, config),
      );
      const dependencies = wants.map(
        (dependency): Meet => ({ step: "meet", consumer: chosen, dependency, path }),
      );
      const applications = new Map(decided.applications).set(application, chosen);
      // Dependencies come after everything that was asked for, so that they can be met by it.
      const result = this.run([...rest, ...dependencies], { ...decided, applications });
      if (result.resolved) return result;
      first ??= result;
      if (this.#steps > stepLimit) break;
    }
    return first ?? this.#conflict(step, whyNone(this.#input.catalog, wanted.blueprint, constraint));
  }

  #meet(step: Meet, rest: readonly Step[], decided: Decided): Resolution {
    const { consumer, dependency } = step;
    const binding = consumer.bindings[dependencyAlias(dependency)];
    if (binding !== undefined) return this.#bind(step, binding.application, rest, decided);
    let first: Conflict | undefined;
    for (const provider of this.#providers(dependency, decided, step.path)) {
      const range = dependency.version;
      const reason = `"${provider.application}" is there in version ${provider.version}, which satisfies ${range}.`;
      const result = this.run(rest, withDependency(decided, step, provider.application, false, reason));
      if (result.resolved) return result;
      first ??= result;
      if (this.#steps > stepLimit) return first;
    }
    const created = this.#create(step, rest, decided);
    return created.resolved ? created : (first ?? created);
  }

  /** Applications that could serve, by name: those that exist, then those of this very resolution. */
  #providers(
    dependency: Dependency,
    decided: Decided,
    path: readonly string[],
  ): { readonly application: string; readonly version: string }[] {
    const existing = this.#input.siblings.filter((sibling) => sibling.blueprint === dependency.blueprint);
    const chosen = [...decided.applications.values()]
      .filter(({ release }) => release.name === dependency.blueprint && !path.includes(release.name))
      .map(({ application, release }) => ({ application, version: release.version }));
    return [...existing.toSorted(byName), ...chosen.toSorted(byName)].filter(({ version }) =>
      meets(version, { range: dependency.version }),
    );
  }

  /** A person bound it: nothing else will do. */
  #bind(step: Meet, provider: string, rest: readonly Step[], decided: Decided): Resolution {
    const { dependency, consumer } = step;
    const sibling = this.#input.siblings.find((item) => item.application === provider);
    const chosen = decided.applications.get(provider)?.release;
    const there = sibling ?? (chosen && { blueprint: chosen.name, version: chosen.version });
    const fits =
      there?.blueprint === dependency.blueprint && meets(there.version, { range: dependency.version });
    if (fits) {
      const reason = `"${consumer.application}" is bound to "${provider}".`;
      return this.run(rest, withDependency(decided, step, provider, false, reason));
    }
    const bound = `"${consumer.application}" binds "${dependencyAlias(dependency)}" to "${provider}".`;
    const need = `${needs(step)} ${dependency.blueprint} ${dependency.version}`;
    const fact =
      there === undefined
        ? `There is no Application "${provider}".`
        : `${need}, and "${provider}" is ${there.blueprint} ${there.version}.`;
    return this.#conflict(step, { code: "version-unsatisfiable", sentences: [bound, fact] });
  }

  #create(step: Meet, rest: readonly Step[], decided: Decided): Resolution {
    const { consumer, dependency, path } = step;
    const application = `${consumer.application}-${dependencyAlias(dependency)}`;
    const what = `${needs(step)} ${dependency.blueprint} ${dependency.version} as "${dependencyAlias(dependency)}"`;
    if (path.includes(dependency.blueprint)) {
      const circle = [...path, dependency.blueprint].join(" needs ");
      return this.#conflict(step, {
        code: "version-unsatisfiable",
        sentences: [`${what}.`, `That goes in a circle: ${circle}.`],
      });
    }
    const problem = this.#nameProblem(application, decided);
    if (problem !== undefined) {
      const sentences = [`${what}, which would be created as "${application}".`, problem];
      return this.#conflict(step, { code: "name-taken", sentences });
    }
    const reason = `"${application}" is created along: no Application here provides ${dependency.blueprint} ${dependency.version}.`;
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
      path: [...path, dependency.blueprint],
    };
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

  #conflict(step: Step, conflict: Pick<Conflict, "code" | "sentences">): Conflict {
    const application = step.step === "choose" ? step.wanted.application : step.consumer.application;
    return { resolved: false, application, ...conflict };
  }
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
    ...decided,
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
