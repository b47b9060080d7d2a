import { type CelProgram, compileCel } from "@catalyst/base/cel";
import { CatalystError } from "@catalyst/base/errors";
import type { Dependency } from "@catalyst/model/blueprint";

const programs = new Map<string, CelProgram>();
const programLimit = 1000;

/**
 * Tells whether a dependency is wanted with a config (defaults filled in): its `when` is CEL over `config`.
 * Throws `blueprint-condition-invalid` when the expression can't be read, can't be evaluated with this
 * config, or gives something else than true or false.
 */
export function wantsDependency(dependency: Dependency, config: Readonly<Record<string, unknown>>): boolean {
  if (dependency.when === undefined) return true;
  let value: unknown;
  try {
    value = program(dependency.when).evaluate({ config });
  } catch (cause) {
    throw invalid(dependency, `can't be evaluated`, cause);
  }
  if (typeof value !== "boolean") throw invalid(dependency, "gives neither true nor false");
  return value;
}

function program(expression: string): CelProgram {
  const known = programs.get(expression);
  if (known !== undefined) return known;
  if (programs.size >= programLimit) programs.clear();
  const compiled = compileCel(expression);
  programs.set(expression, compiled);
  return compiled;
}

function invalid(dependency: Dependency, what: string, cause?: unknown): CatalystError {
  return new CatalystError(
    "blueprint-condition-invalid",
    `the condition of the dependency on ${dependency.blueprint}, ${dependency.when}, ${what}`,
    cause === undefined ? {} : { cause },
  );
}
