import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Attributes } from "../access/attributes.ts";
import { clusterRoleRules, grantedRules, isAllowed } from "../access/authorize.ts";
import { type PolicyRule, ruleCovers, splitRule } from "../access/rules.ts";
import { mastersGroup } from "../access/user.ts";
import type { Call } from "../request/call.ts";
import { forbidden } from "../request/errors.ts";

/**
 * Nobody gives out more than they have: every rule of a role that is written, or bound, must be one the writer
 * holds, unless they may `escalate` roles or `bind` that one. Throws StatusError 403.
 */
export function checkGrant(call: Call, object: KubeObject, stored?: KubeObject): KubeObject {
  if (call.user.groups.includes(mastersGroup)) return object;
  const binds = call.kind.plural.endsWith("rolebindings");
  if (mayExceed(call, object, binds)) return object;
  const rules = binds ? boundRules(call, object) : rulesOf(object);
  const before = stored === undefined || binds ? [] : rulesOf(stored);
  const own = [
    ...[...grantedRules(call.cluster, call.user, call.route.namespace ?? "")].map(({ rule }) => rule),
    ...before,
  ];
  const missing = rules.flatMap(splitRule).filter((rule) => !own.some((held) => ruleCovers(held, rule)));
  if (missing.length === 0) return object;
  const user = JSON.stringify(call.user.name);
  const list = missing.map((rule) => JSON.stringify(rule)).join("\n");
  const why = `user ${user} (groups=${JSON.stringify(call.user.groups)}) is attempting to grant RBAC permissions not currently held:\n${list}`;
  throw forbidden(call.kind, object.metadata.name, why);
}

function mayExceed(call: Call, object: KubeObject, binds: boolean): boolean {
  const reference = object["roleRef"] as { readonly kind?: string; readonly name?: string } | undefined;
  const resource = binds ? (reference?.kind === "Role" ? "roles" : "clusterroles") : call.kind.plural;
  const attributes: Attributes = {
    user: call.user,
    verb: binds ? "bind" : "escalate",
    group: call.kind.group,
    resource,
    subresource: "",
    namespace: call.route.namespace ?? "",
    name: (binds ? reference?.name : object.metadata.name) ?? "",
  };
  return isAllowed(call.cluster, attributes);
}

function boundRules(call: Call, binding: KubeObject): readonly PolicyRule[] {
  const reference = binding["roleRef"] as { readonly kind?: string; readonly name?: string } | undefined;
  const name = reference?.name ?? "";
  if (reference?.kind !== "Role") return clusterRoleRules(call.cluster, name);
  const role = call.cluster.find(`${call.kind.group}/roles`, call.route.namespace, name);
  return role === undefined ? [] : rulesOf(role);
}

function rulesOf(role: KubeObject): readonly PolicyRule[] {
  return Array.isArray(role["rules"]) ? (role["rules"] as PolicyRule[]) : [];
}
