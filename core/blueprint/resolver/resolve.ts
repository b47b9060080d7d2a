import { applicationNameProblem } from "@catalyst/model/naming";
import { withDefaults } from "../expansion/values.ts";
import { dependencyAlias } from "../plan/check.ts";
import { candidates, meets, whyNone } from "./candidates.ts";
import type { Resolution, ResolveInput } from "./resolution.ts";
import {
  type Choose,
  type Conflict,
  type Decided,
  type Failure,
  failure,
  leadsTo,
  type Meet,
  namedFor,
  needs,
  rangeOf,
  type Step,
  withDependency,
} from "./search-state.ts";

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

function byName(a: { readonly application: string }, b: { readonly application: string }): number {
  return a.application < b.application ? -1 : a.application > b.application ? 1 : 0;
}
