import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { ResourceAttributes } from "../access/attributes.ts";
import { grantedRules, isAllowed } from "../access/authorize.ts";
import { referencedRules, roleReferenceOf, rulesOf } from "../access/bindings.ts";
import { describeRules, type PolicyRule, quotedList, uncoveredRules } from "../access/rules.ts";
import { mastersGroup } from "../access/user.ts";
import type { Call } from "../request/call.ts";
import { forbidden, notFound } from "../request/errors.ts";

/** All there is to hold: what a role may gather that takes in others. */
const everything: readonly PolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];

/**
 * Lets nobody give out more than they have by a role: every rule must be one the writer holds, unless they may
 * `escalate` roles. Throws StatusError 403.
 */
export function checkRole(call: Call, role: KubeObject, stored?: KubeObject): KubeObject {
  if (isMaster(call) || isAllowed(call.cluster, asked(call, "escalate", call.kind.plural, call.route.name)))
    return role;
  const problem = exceeding(call, rulesOf(role));
  if (problem !== undefined) throw forbidden(call.kind, role.metadata.name, problem);
  if ([role, stored].some(gathers) && exceeding(call, everything) !== undefined) {
    const why = "must have cluster-admin privileges to use the aggregationRule";
    throw forbidden(call.kind, role.metadata.name, why);
  }
  return role;
}

/** The same for a binding: the role's rules are held, or the writer may `bind` it. Throws StatusError 403, 404. */
export function checkBinding(call: Call, binding: KubeObject): KubeObject {
  const reference = roleReferenceOf(binding);
  if (isMaster(call) || reference === undefined) return binding;
  const plural = reference.kind === "Role" ? "roles" : "clusterroles";
  if (isAllowed(call.cluster, asked(call, "bind", plural, reference.name))) return binding;
  const rules = referencedRules(call.cluster, reference, call.route.namespace);
  if ("missing" in rules) throw notFound(call.kind, reference.name);
  const problem = exceeding(call, rules);
  if (problem !== undefined) throw forbidden(call.kind, binding.metadata.name, problem);
  return binding;
}

function isMaster(call: Call): boolean {
  return call.user.groups.includes(mastersGroup);
}

function asked(call: Call, verb: string, resource: string, name = ""): ResourceAttributes {
  const namespace = call.route.namespace ?? "";
  return { user: call.user, verb, group: call.kind.group, resource, subresource: "", namespace, name };
}

/** Says which of these rules the caller doesn't hold; undefined when none. */
function exceeding(call: Call, rules: readonly PolicyRule[]): string | undefined {
  const held = grantedRules(call.cluster, call.user, call.route.namespace ?? "");
  const missing = uncoveredRules(held.rules, rules);
  if (missing.length === 0) return undefined;
  const { name, groups } = call.user;
  const list = describeRules(missing).join("\n");
  const unread = held.error === "" ? "" : `; resolution errors: [${held.error}]`;
  return `user ${JSON.stringify(name)} (groups=${quotedList(groups)}) is attempting to grant RBAC permissions not currently held:\n${list}${unread}`;
}

function gathers(role: KubeObject | undefined): boolean {
  const rule = role?.["aggregationRule"] as
    | { readonly clusterRoleSelectors?: readonly unknown[] }
    | undefined;
  return (rule?.clusterRoleSelectors?.length ?? 0) > 0;
}
