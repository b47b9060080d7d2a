import { isCatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { parseYaml } from "@catalyst/base/yaml";
import type { Plan } from "@catalyst/model/plan";
import type { Problem } from "@catalyst/model/problem";
import type { RepositoryFiles } from "./tree.ts";

/** A change of a file that not everybody may change. */
export interface ProtectedChange {
  readonly path: string;
  readonly user: string;
  readonly allowed: boolean;
}

export interface PolicyFacts {
  readonly before: RepositoryFiles;
  readonly after: RepositoryFiles;
  /** Found by who knows the roles; none where nobody can change such a file. */
  readonly protectedChanges?: readonly ProtectedChange[];
}

/** What an Environment's policy says of a change, and what it would say and isn't asked. */
export interface PolicyFindings {
  readonly policy: Plan["policy"];
  readonly warnings: readonly string[];
  readonly problems: readonly Problem[];
}

/** The path of an Environment's policy. */
export const policyPath = "policy.yaml";

/**
 * Judges a change by the Environment's policy. Enforced is who may change the protected files; a rule of
 * `policy.yaml` that isn't enforced is named in a warning, so that nobody relies on it.
 */
export function policyOf({ before, after, protectedChanges = [] }: PolicyFacts): PolicyFindings {
  const rules = protectedChanges.map(({ path, user, allowed }) => ({
    rule: path,
    satisfied: allowed,
    message: allowed ? `${user} may change it` : `${user} may not change it`,
  }));
  const verdict = rules.every(({ satisfied }) => satisfied) ? "allowed" : "refused";
  const { names, problem } = readRules(after.get(policyPath));
  const isNew = before.get(policyPath) !== after.get(policyPath);
  return {
    policy: { verdict, rules },
    warnings: [
      ...names.map((name) => `Rule ${name} of ${policyPath} isn't enforced yet.`),
      ...(problem === undefined || isNew ? [] : [`${policyPath} can't be read: ${problem.message}.`]),
    ],
    problems: problem === undefined || !isNew ? [] : [problem],
  };
}

/** The kinds of the rules a policy has, each once. */
function readRules(text: string | undefined): {
  readonly names: readonly string[];
  readonly problem?: Problem;
} {
  if (text === undefined) return { names: [] };
  try {
    const { value, lineOf } = parseYaml(text, { file: policyPath });
    const spec = isObject(value) ? value["spec"] : undefined;
    const rules = isObject(spec) ? (spec["rules"] ?? []) : [];
    if (Array.isArray(rules)) return { names: [...new Set(rules.map(nameOf))] };
    const line = lineOf(["spec", "rules"]);
    return {
      names: [],
      problem: {
        code: "policy-invalid",
        message: "spec.rules must be a list",
        file: policyPath,
        field: "spec.rules",
        ...(line === undefined ? {} : { line }),
      },
    };
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    const line = error.place?.line;
    const problem = { code: error.code, message: error.message, file: policyPath };
    return { names: [], problem: line === undefined ? problem : { ...problem, line } };
  }
}

/** `{kind: soak, …}` and `{soak: {…}}` are both how a rule is written. */
function nameOf(rule: unknown): string {
  if (!isObject(rule)) return JSON.stringify(rule);
  return typeof rule["kind"] === "string" ? rule["kind"] : (Object.keys(rule)[0] ?? "{}");
}
