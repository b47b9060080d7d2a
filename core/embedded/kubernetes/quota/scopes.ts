import { type KubeObject, meetsRequirement, type Pod, podQosClass } from "@catalyst/ports/kubernetes";

/** One condition a quota sets for what it counts. */
export interface ScopeRequirement {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** A quota as it is stored. */
export interface Quota extends KubeObject {
  readonly spec?: {
    readonly hard?: Readonly<Record<string, string | number>>;
    readonly scopes?: readonly string[];
    readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] };
  };
  readonly status?: {
    readonly hard?: Readonly<Record<string, string>>;
    readonly used?: Readonly<Record<string, string>>;
  };
}

/** Whether a quota's scopes take an object in; only Pods have scopes. */
export function isInScope({ spec }: Quota, resource: string, object: KubeObject): boolean {
  const requirements: readonly ScopeRequirement[] = [
    ...(spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: "Exists" })),
    ...(spec?.scopeSelector?.matchExpressions ?? []),
  ];
  if (requirements.length === 0) return true;
  return resource === "/pods" && requirements.every((requirement) => meets(requirement, object as Pod));
}

function meets(requirement: ScopeRequirement, pod: Pod): boolean {
  switch (requirement.scopeName) {
    case "Terminating":
      return hasDeadline(pod);
    case "NotTerminating":
      return !hasDeadline(pod);
    case "BestEffort":
      return isBestEffort(pod);
    case "NotBestEffort":
      return !isBestEffort(pod);
    case "PriorityClass":
      return meetsRequirement(requirement, pod.spec.priorityClassName || undefined);
    case "CrossNamespacePodAffinity":
      return looksAcrossNamespaces(pod);
    default:
      return false;
  }
}

/** A Pod with an end: its `activeDeadlineSeconds`. */
export function hasDeadline(pod: Pod): boolean {
  const seconds = pod.spec["activeDeadlineSeconds"];
  return typeof seconds === "number" && seconds >= 0;
}

function isBestEffort(pod: Pod): boolean {
  return (pod.status?.qosClass ?? podQosClass(pod)) === "BestEffort";
}

interface AffinityTerm {
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: unknown;
  readonly podAffinityTerm?: AffinityTerm;
}

function looksAcrossNamespaces({ spec }: Pod): boolean {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  return [podAffinity, podAntiAffinity].some((affinity) => {
    const required = affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const preferred = (affinity?.["preferredDuringSchedulingIgnoredDuringExecution"] ?? []) as AffinityTerm[];
    const terms: readonly AffinityTerm[] = [
      ...required,
      ...preferred.map((each) => each.podAffinityTerm ?? {}),
    ];
    return terms.some((term) => (term.namespaces ?? []).length > 0 || term.namespaceSelector !== undefined);
  });
}
