import type { KubeObject } from "@catalyst/ports/kubernetes";
import { StatusError } from "../../machinery/index.ts";
import { notFound } from "../../request/errors.ts";
import { type Attributes, isNamespace } from "../attributes.ts";
import { findMatch, type Match } from "../match/match.ts";
import { ConfigurationFault } from "./configuration-fault.ts";
import { paramResource, paramsOf } from "./params.ts";
import type { Binding, BoundPolicy, PolicySpec } from "./policy.ts";

/** A policy that is to be evaluated for a write, by one binding, once with each parameter. */
export interface Invocation<Spec extends PolicySpec> {
  readonly policy: BoundPolicy<Spec>;
  readonly binding: Binding;
  readonly match: Match;
  readonly params: readonly (KubeObject | null)[];
}

/** A policy, or a binding of it, that can't be used for a write it is for. */
export interface Misconfiguration<Spec extends PolicySpec> {
  readonly policy: BoundPolicy<Spec>;
  readonly binding: Binding | undefined;
  readonly message: string;
}

/** What is to be evaluated for a write, in order, and what can't be. */
export async function invocationsFor<Spec extends PolicySpec>(
  attributes: Attributes,
  policies: readonly BoundPolicy<Spec>[],
): Promise<readonly (Invocation<Spec> | Misconfiguration<Spec>)[]> {
  const found: (Invocation<Spec> | Misconfiguration<Spec>)[] = [];
  for (const policy of policies) {
    const broken = (binding: Binding | undefined, what: string, { why }: Misfit) => {
      found.push({ policy, binding, message: `failed to configure ${what}: ${why}` });
    };
    const match = await tried(() => findMatch(attributes, policy.criteria));
    if (match instanceof Misfit) broken(undefined, "policy", match);
    if (match === undefined || match instanceof Misfit) continue;
    const resource = await tried(() => paramResource(attributes, policy.spec.paramKind));
    if (resource instanceof Misfit) {
      broken(undefined, "policy", resource);
      continue;
    }
    for (const binding of policy.bindings) {
      const { criteria, paramRef } = binding;
      const params = await tried(async () =>
        criteria === undefined || meets(attributes, criteria)
          ? paramsOf(attributes, resource, paramRef)
          : undefined,
      );
      if (params instanceof Misfit) broken(binding, "binding", params);
      else if (params !== undefined) found.push({ policy, binding, match, params });
    }
  }
  return found;
}

/** A binding without rules is for all its policy is for. */
function meets(attributes: Attributes, criteria: NonNullable<Binding["criteria"]>): boolean {
  const everything = { operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*/*"] };
  const rules = criteria.rules.length === 0 ? [everything] : criteria.rules;
  return findMatch(attributes, { ...criteria, rules }) !== undefined;
}

class Misfit {
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}

async function tried<T>(look: () => T | Promise<T>): Promise<T | Misfit> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ConfigurationFault || error instanceof StatusError) return new Misfit(error.message);
    throw error;
  }
}

/**
 * The namespace a write is in, as expressions see it; undefined for what is in none. Throws StatusError 404.
 */
export function namespaceObjectOf({ cluster, kind, namespace }: Attributes): KubeObject | undefined {
  if (namespace === "" || isNamespace(kind)) return undefined;
  const found = cluster.find("/namespaces", undefined, namespace);
  if (found === undefined) throw notFound({ group: "", plural: "namespaces" }, namespace);
  return found;
}
