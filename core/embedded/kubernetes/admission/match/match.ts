import { inVersionAsked } from "../../conversion/convert.ts";
import { type ResourceKind, StatusError } from "../../machinery/index.ts";
import type { Admitted } from "../admitter.ts";
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

/**
 * The form in which a write meets criteria; undefined when it doesn't. Throws StatusError 404 for a missing
 * namespace.
 */
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
  return cluster.kinds
    .equivalents(kind)
    .filter((other) => subresource === "" || other.subresources.some(({ name }) => name === subresource));
}

function objectKindIn(attributes: Attributes, kind: ResourceKind): GroupVersionKind {
  if (kind === attributes.kind) return attributes.objectKind;
  const sub = kind.subresources.find(({ name }) => name === attributes.subresource);
  if (sub === undefined) return { group: kind.group, version: kind.version, kind: kind.kind };
  return { group: sub.group ?? kind.group, version: sub.version ?? kind.version, kind: sub.kind };
}

/**
 * A write with its objects in the form of a match. What is of another type than the resource has one form only. Throws
 * StatusError when they can't be converted.
 */
export async function inForm(attributes: Attributes, match: Match): Promise<Attributes> {
  if (match.kind === attributes.kind) return attributes;
  const [object, oldObject] = await Promise.all([
    converted(attributes, attributes.object, attributes.kind, match.kind),
    converted(attributes, attributes.oldObject, attributes.kind, match.kind),
  ]);
  return { ...attributes, object, oldObject };
}

/** The way back: an object in the form of a match as the request has it. Throws StatusError. */
export function fromForm(attributes: Attributes, match: Match, object: Admitted): Promise<Admitted> {
  return converted(attributes, object, match.kind, attributes.kind);
}

async function converted(
  { parts, cluster }: Attributes,
  object: Admitted,
  from: ResourceKind,
  to: ResourceKind,
): Promise<Admitted> {
  if (object === undefined || from === to || object.kind !== from.kind) return object;
  const [shown] = await inVersionAsked({ parts, cluster, kind: to }, [object]);
  return shown;
}
