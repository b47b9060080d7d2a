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
  return pattern.endsWith("*") ? path.startsWith(pattern.replace(/\*+$/, "")) : pattern === path;
}

/** The rules that `held` don't cover, of one verb on one thing each. */
export function uncoveredRules(
  held: readonly PolicyRule[],
  wanted: readonly PolicyRule[],
): readonly PolicyRule[] {
  return wanted.flatMap(splitRule).filter((rule) => !held.some((one) => ruleCovers(one, rule)));
}

/** A rule as rules of one verb on one thing each. */
function splitRule(rule: PolicyRule): readonly PolicyRule[] {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const names = resourceNames.length === 0 ? [undefined] : resourceNames;
  return [
    ...apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) =>
          names.map((name) => ({
            verbs: [verb],
            apiGroups: [group],
            resources: [resource],
            ...(name === undefined ? {} : { resourceNames: [name] }),
          })),
        ),
      ),
    ),
    ...nonResourceURLs.flatMap((url) => verbs.map((verb) => ({ verbs: [verb], nonResourceURLs: [url] }))),
  ];
}

/** Whether `held` allows all that `wanted`, a rule of one verb on one thing, allows. */
function ruleCovers(held: PolicyRule, wanted: PolicyRule): boolean {
  if (!holds(held.verbs, wanted.verbs[0]!)) return false;
  const [url] = wanted.nonResourceURLs ?? [];
  if (url !== undefined) return held.nonResourceURLs?.some((item) => pathMatches(item, url)) ?? false;
  const [resource, subresource = ""] = splitResource(wanted.resources![0]!);
  const heldNames = held.resourceNames ?? [];
  const [name] = wanted.resourceNames ?? [];
  return (
    holds(held.apiGroups, wanted.apiGroups![0]!) &&
    resourceMatches(held.resources ?? [], resource!, subresource) &&
    (heldNames.length === 0 || (name !== undefined && heldNames.includes(name)))
  );
}

function splitResource(resource: string): readonly string[] {
  const slash = resource.indexOf("/");
  return slash < 0 ? [resource] : [resource.slice(0, slash), resource.slice(slash + 1)];
}

/** Rules of one verb each, those on the same thing joined, as lines in upstream's form and order. */
export function describeRules(rules: readonly PolicyRule[]): readonly string[] {
  const joined = new Map<string, PolicyRule>();
  for (const { verbs, ...thing } of rules) {
    const key = JSON.stringify(thing.nonResourceURLs === undefined ? thing : { ...thing, verbs });
    joined.set(key, { ...thing, verbs: [...(joined.get(key)?.verbs ?? []), ...verbs] });
  }
  return [...new Set([...joined.values()].map(describeRule))].sort();
}

function describeRule(rule: PolicyRule): string {
  const parts = [
    ["APIGroups", rule.apiGroups],
    ["Resources", rule.resources],
    ["NonResourceURLs", rule.nonResourceURLs],
    ["ResourceNames", rule.resourceNames],
    ["Verbs", rule.verbs],
  ] as const;
  const texts = parts.flatMap(([name, list]) =>
    list === undefined || list.length === 0 ? [] : [`${name}:${quotedList(list)}`],
  );
  return `{${texts.join(", ")}}`;
}

/** Texts as Go prints a list of them: `["a" "b"]`. */
export function quotedList(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(" ")}]`;
}
