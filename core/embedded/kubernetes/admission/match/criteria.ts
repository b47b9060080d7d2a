/**
 * Which writes a webhook, a policy or a binding is for; admissionregistration.k8s.io/v1, with defaults filled
 * in.
 */
export interface Criteria {
  readonly rules: readonly Rule[];
  readonly excludedRules?: readonly Rule[] | undefined;
  readonly matchPolicy?: string | undefined;
  readonly namespaceSelector?: unknown;
  readonly objectSelector?: unknown;
}

/** RuleWithOperations, or NamedRuleWithOperations. */
export interface Rule {
  readonly operations?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly apiVersions?: readonly string[];
  /** `pods`, `pods/status`, with `*` for either part. */
  readonly resources?: readonly string[];
  readonly scope?: string;
  /** None: every name. */
  readonly resourceNames?: readonly string[];
}
