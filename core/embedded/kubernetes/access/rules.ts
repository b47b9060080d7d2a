import type { Attributes } from "./attributes.ts";

/** rbac/v1 PolicyRule. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** Whether a rule allows what is asked for. */
export function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!holds(rule.verbs, attributes.verb)) return false;
  if ("path" in attributes) {
    return rule.nonResourceURLs?.some((url) => pathMatches(url, attributes.path)) ?? false;
  }
  const { resourceNames = [] } = rule;
  return (
    holds(rule.apiGroups, attributes.group) &&
    resourceMatches(rule.resources ?? [], attributes.resource, attributes.subresource) &&
    (resourceNames.length === 0 || resourceNames.includes(attributes.name))
  );
}

function holds(list: readonly string[] | undefined, value: string): boolean {
  return list !== undefined && (list.includes("*") || list.includes(value));
}

function resourceMatches(resources: readonly string[], resource: string, subresource: string): boolean {
  const whole = subresource === "" ? resource : `${resource}/${subresource}`;
  return resources.some(
    (item) => item === "*" || item === whole || (subresource !== "" && item === `*/${subresource}`),
  );
}

function pathMatches(pattern: string, path: string): boolean {
  if (pattern === "*") return true;
  return pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : pattern === path;
}

/** A rule as rules of one verb on one thing each. */
export function splitRule(rule: PolicyRule): readonly PolicyRule[] {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const names = resourceNames.length === 0 ? [undefined] : resourceNames;
  return verbs.flatMap((verb) => [
    ...nonResourceURLs.map((url) => ({ verbs: [verb], nonResourceURLs: [url] })),
    ...apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        names.map((name) => ({
          verbs: [verb],
          apiGroups: [group],
          resources: [resource],
          ...(name === undefined ? {} : { resourceNames: [name] }),
        })),
      ),
    ),
  ]);
}

/** Whether `held` allows all that `wanted`, a rule of one verb on one thing, allows. */
export function ruleCovers(held: PolicyRule, wanted: PolicyRule): boolean {
  if (!holds(held.verbs, wanted.verbs[0]!)) return false;
  const [url] = wanted.nonResourceURLs ?? [];
  if (url !== undefined) return held.nonResourceURLs?.some((item) => pathMatches(item, url)) ?? false;
  const [resource, subresource = ""] = wanted.resources![0]!.split("/");
  const heldNames = held.resourceNames ?? [];
  const [name] = wanted.resourceNames ?? [];
  return (
    holds(held.apiGroups, wanted.apiGroups![0]!) &&
    resourceMatches(held.resources ?? [], resource!, subresource) &&
    (heldNames.length === 0 || (name !== undefined && heldNames.includes(name)))
  );
}
