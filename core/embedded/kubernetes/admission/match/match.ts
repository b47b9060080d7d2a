import type { KubeObject } from "@catalyst/ports/kubernetes";
import { resourceKey } from "../../cluster/kinds.ts";
import { type ResourceKind, StatusError } from "../../machinery/index.ts";
import type { Attributes, GroupVersionKind } from "../attributes.ts";
import type { Criteria, Rule } from "./criteria.ts";
import { ruleMatches } from "./rule.ts";
import { namespaceMatches, objectMatches } from "./selectors.ts";

/** The form of a write in which its criteria know it. */
export interface Match {
  /** The request's own resource, or the same in another version. */
  readonly kind: ResourceKind;
  readonly objectKind: GroupVersionKind;
}

/** The form in which a write meets criteria; undefined when it doesn't. Throws StatusError 404 for a missing namespace. */
export function findMatch(attributes: Attributes, criteria: Criteria): Match | undefined {
  const inNamespace = namespaceMatches(criteria.namespaceSelector, attributes);
  if (inNamespace === false || !objectMatches(criteria.objectSelector, attributes)) return undefined;
  const { excludedRules = [], matchPolicy } = criteria;
  if (kindMatching(attributes, excludedRules, matchPolicy) !== undefined) return undefined;
  const kind = kindMatching(attributes, criteria.rules, matchPolicy);
  if (kind === undefined) return undefined;
  if (inNamespace instanceof StatusError) throw inNamespace;
  return { kind, objectKind: objectKindIn(attributes, kind) };
}

function kindMatching(
  attributes: Attributes,
  rules: readonly Rule[],
  matchPolicy: string | undefined,
): ResourceKind | undefined {
  const { kind } = attributes;
  if (rules.some((rule) => ruleMatches(rule, attributes, kind))) return kind;
  if (matchPolicy !== "Equivalent" || rules.length === 0) return undefined;
  const others = equivalents(attributes);
  for (const rule of rules) {
    const found = others.find((other) => ruleMatches(rule, attributes, other));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same resource in the other versions and groups that serve it, with this subresource. */
function equivalents({ cluster, kind, subresource }: Attributes): readonly ResourceKind[] {
  const key = resourceKey(kind);
  return cluster.kinds
    .all()
    .filter(
      (other) =>
        resourceKey(other) === key &&
        other.apiVersion !== kind.apiVersion &&
        (subresource === "" || other.subresources.some(({ name }) => name === subresource)),
    );
}

function objectKindIn(attributes: Attributes, kind: ResourceKind): GroupVersionKind {
  if (kind === attributes.kind) return attributes.objectKind;
  const sub = kind.subresources.find(({ name }) => name === attributes.subresource);
  if (sub === undefined) return { group: kind.group, version: kind.version, kind: kind.kind };
  return { group: sub.group ?? kind.group, version: sub.version ?? kind.version, kind: sub.kind };
}

/** An object of a write in the form of a match. What is of another type than the resource has one form only. */
export function inMatch(
  attributes: Attributes,
  match: Match,
  object: KubeObject | undefined,
): KubeObject | undefined {
  if (object === undefined || match.kind === attributes.kind || object.kind !== attributes.kind.kind)
    return object;
  return attributes.cluster.view(match.kind, object);
}

/** The way back: an object in the form of a match as the request has it. */
export function fromMatch(attributes: Attributes, match: Match, object: KubeObject): KubeObject {
  if (match.kind === attributes.kind || object.kind !== match.kind.kind) return object;
  return attributes.cluster.view(attributes.kind, object);
}
