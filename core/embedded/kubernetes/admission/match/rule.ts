import type { ResourceKind } from "../../machinery/index.ts";
import { type Attributes, isNamespace } from "../attributes.ts";
import type { Rule } from "./criteria.ts";

/**
 * Tells whether a rule is for a write, taken as one of `kind`: the request's own, or the same in another
 * version.
 */
export function ruleMatches(rule: Rule, attributes: Attributes, kind: ResourceKind): boolean {
  return (
    scopeMatches(rule.scope, attributes, kind) &&
    includes(rule.operations, attributes.operation) &&
    includes(rule.apiGroups, kind.group) &&
    includes(rule.apiVersions, kind.version) &&
    resourceMatches(rule.resources ?? [], kind.plural, attributes.subresource) &&
    nameMatches(rule.resourceNames ?? [], attributes.name)
  );
}

function includes(list: readonly string[] = [], item: string): boolean {
  return list.includes("*") || list.includes(item);
}

/** A Namespace is cluster-scoped, though its attributes carry a namespace: its own name. */
function scopeMatches(scope = "*", { namespace }: Attributes, kind: ResourceKind): boolean {
  if (scope === "*") return true;
  const inNamespace = namespace !== "" && !isNamespace(kind);
  return scope === "Namespaced" ? inNamespace : scope === "Cluster" && !inNamespace;
}

function resourceMatches(resources: readonly string[], plural: string, subresource: string): boolean {
  return resources.some((text) => {
    const slash = text.indexOf("/");
    const resource = slash < 0 ? text : text.slice(0, slash);
    const sub = slash < 0 ? "" : text.slice(slash + 1);
    return (resource === "*" || resource === plural) && (sub === "*" || sub === subresource);
  });
}

function nameMatches(names: readonly string[], name: string): boolean {
  return names.length === 0 || names.includes(name);
}
