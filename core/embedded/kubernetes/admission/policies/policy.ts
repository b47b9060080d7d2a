import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Entry } from "../../storage/entry.ts";
import type { Criteria, Rule } from "../match/criteria.ts";

/** admissionregistration.k8s.io/v1 ParamKind. */
export interface ParamKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** admissionregistration.k8s.io/v1 ParamRef. */
export interface ParamRef {
  readonly name?: string;
  readonly namespace?: string;
  readonly selector?: unknown;
  readonly parameterNotFoundAction?: string;
}

interface MatchResources {
  readonly resourceRules?: readonly Rule[];
  readonly excludeResourceRules?: readonly Rule[];
  readonly matchPolicy?: string;
  readonly namespaceSelector?: unknown;
  readonly objectSelector?: unknown;
}

/** What policies of both sorts share. */
export interface PolicySpec {
  readonly paramKind?: ParamKind;
  readonly matchConstraints: MatchResources;
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
  readonly variables?: readonly { readonly name: string; readonly expression: string }[];
  readonly failurePolicy?: string;
}

export interface Binding {
  readonly name: string;
  readonly paramRef: ParamRef | undefined;
  /** Undefined: every write its policy is for. */
  readonly criteria: Criteria | undefined;
  readonly validationActions: readonly string[];
}

/** A policy and what binds it. One without bindings has no effect. */
export interface BoundPolicy<Spec extends PolicySpec> {
  readonly name: string;
  readonly spec: Spec;
  readonly criteria: Criteria;
  readonly bindings: readonly Binding[];
}

interface BindingSpec {
  readonly policyName: string;
  readonly paramRef?: ParamRef;
  readonly matchResources?: MatchResources;
  readonly validationActions?: readonly string[];
}

/** The policies that have bindings, in the order of their names. */
export function boundPolicies<Spec extends PolicySpec>(
  policies: readonly Entry[],
  bindings: readonly Entry[],
): readonly BoundPolicy<Spec>[] {
  const byPolicy = Map.groupBy(
    bindings.map(({ object }) => object),
    ({ spec }) => (spec as BindingSpec).policyName,
  );
  return policies.flatMap(({ object }) => {
    const bound = byPolicy.get(object.metadata.name);
    if (bound === undefined) return [];
    const spec = object.spec as Spec;
    const criteria = criteriaOf(spec.matchConstraints);
    return [{ name: object.metadata.name, spec, criteria, bindings: bound.map(readBinding) }];
  });
}

function readBinding({ metadata, spec }: KubeObject): Binding {
  const { paramRef, matchResources, validationActions = [] } = spec as BindingSpec;
  const criteria = matchResources === undefined ? undefined : criteriaOf(matchResources);
  return { name: metadata.name, paramRef, criteria, validationActions };
}

function criteriaOf(match: MatchResources): Criteria {
  const { resourceRules = [], excludeResourceRules = [], ...rest } = match;
  return { ...rest, rules: resourceRules, excludedRules: excludeResourceRules };
}
