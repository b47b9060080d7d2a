import type { Cluster } from "../cluster/cluster.ts";
import type { Attributes } from "./attributes.ts";
import { bindingsOf, describeBound, referencedRules, roleReferenceOf } from "./bindings.ts";
import { type PolicyRule, ruleAllows } from "./rules.ts";
import { mastersGroup, type User } from "./user.ts";

/** Whether something is allowed, and why; the reason is upstream's, and empty where it gives none. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Judges by the cluster's roles whether what is asked for is allowed. What no rule allows is denied. */
export function authorize(cluster: Cluster, attributes: Attributes): Decision {
  if (attributes.user.groups.includes(mastersGroup)) return { allowed: true, reason: "" };
  const missing: string[] = [];
  for (const bound of bindingsOf(cluster, attributes.user, namespaceOf(attributes))) {
    const { binding } = bound;
    const rules = referencedRules(cluster, roleReferenceOf(binding), binding.metadata.namespace);
    if ("missing" in rules) missing.push(rules.missing);
    else if (rules.some((rule) => ruleAllows(rule, attributes)))
      return { allowed: true, reason: `RBAC: allowed by ${describeBound(bound)}` };
  }
  const reason = missing.length === 0 ? "" : `RBAC: ${joinedErrors(missing)}`;
  return { allowed: false, reason };
}

/** Whether the cluster's roles allow what is asked for. */
export function isAllowed(cluster: Cluster, attributes: Attributes): boolean {
  return authorize(cluster, attributes).allowed;
}

/** The rules that hold for a user in the whole cluster and in `namespace` (unless empty), and what is missing. */
export interface GrantedRules {
  readonly rules: readonly PolicyRule[];
  /** Why roles that are bound couldn't be read; empty when all could. */
  readonly error: string;
}

export function grantedRules(cluster: Cluster, user: User, namespace: string): GrantedRules {
  const found: PolicyRule[] = [];
  const missing: string[] = [];
  for (const { binding } of bindingsOf(cluster, user, namespace)) {
    const rules = referencedRules(cluster, roleReferenceOf(binding), binding.metadata.namespace);
    if ("missing" in rules) missing.push(rules.missing);
    else found.push(...rules);
  }
  return { rules: found, error: joinedErrors(missing) };
}

/** Several errors as upstream prints them: each once, in brackets. */
function joinedErrors(errors: readonly string[]): string {
  const texts = [...new Set(errors)];
  return texts.length < 2 ? (texts[0] ?? "") : `[${texts.join(", ")}]`;
}

function namespaceOf(attributes: Attributes): string {
  return "path" in attributes ? "" : attributes.namespace;
}
