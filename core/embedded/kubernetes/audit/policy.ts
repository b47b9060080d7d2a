import type { Attributes, ResourceAttributes } from "../access/attributes.ts";
import type { AuditLevel, AuditStage } from "./event.ts";

/** Resources of a group; `*` stands for all, `pods/*` for all subresources, `*`+`/status` for one of all resources. */
export interface GroupResources {
  readonly group?: string;
  /** None: all. */
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** Requests and how much is told of them (audit.k8s.io/v1 PolicyRule). What a list leaves out it doesn't ask for. */
export interface AuditRule {
  readonly level: AuditLevel;
  readonly users?: readonly string[];
  readonly userGroups?: readonly string[];
  readonly verbs?: readonly string[];
  readonly resources?: readonly GroupResources[];
  /** The empty name: what is in no namespace. */
  readonly namespaces?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly omitStages?: readonly AuditStage[];
}

/** audit.k8s.io/v1 Policy: the first rule that is about a request decides; without one nothing is told. */
export interface AuditPolicy {
  readonly rules: readonly AuditRule[];
  readonly omitStages?: readonly AuditStage[];
}

export interface AuditVerdict {
  readonly level: AuditLevel;
  readonly omitted: readonly AuditStage[];
}

/** How much is told of a request. Of one whose bodies hold secret values never more than its metadata. */
export function auditVerdict(policy: AuditPolicy, attributes: Attributes): AuditVerdict {
  const rule = policy.rules.find((candidate) => isAbout(candidate, attributes));
  if (rule === undefined) return { level: "None", omitted: [] };
  const omitted = [...(policy.omitStages ?? []), ...(rule.omitStages ?? [])];
  const level = rule.level !== "None" && holdsSecrets(attributes) ? "Metadata" : rule.level;
  return { level, omitted };
}

/** What is sent or answered as secret values. */
const secret: readonly GroupResources[] = [
  { group: "", resources: ["secrets", "secrets/*", "serviceaccounts/token"] },
  { group: "authentication.k8s.io", resources: ["tokenreviews"] },
];

function holdsSecrets(attributes: Attributes): boolean {
  return !("path" in attributes) && secret.some((resources) => areAmong(resources, attributes));
}

function isAbout(rule: AuditRule, attributes: Attributes): boolean {
  const { user, verb } = attributes;
  const asksUser = (rule.users?.length ?? 0) + (rule.userGroups?.length ?? 0) > 0;
  const isUser =
    rule.users?.includes(user.name) || user.groups.some((group) => rule.userGroups?.includes(group));
  if (asksUser && !isUser) return false;
  if (rule.verbs !== undefined && rule.verbs.length > 0 && !rule.verbs.includes(verb)) return false;
  const asksResource = (rule.namespaces?.length ?? 0) + (rule.resources?.length ?? 0) > 0;
  const asksPath = (rule.nonResourceURLs?.length ?? 0) > 0;
  if (!asksResource && !asksPath) return true;
  if ("path" in attributes) return rule.nonResourceURLs?.some((url) => isPath(url, attributes.path)) ?? false;
  if (!asksResource) return false;
  const isNamespace = !rule.namespaces?.length || rule.namespaces.includes(attributes.namespace);
  return isNamespace && (!rule.resources?.length || rule.resources.some((one) => areAmong(one, attributes)));
}

function isPath(pattern: string, path: string): boolean {
  return (
    pattern === "*" || pattern === path || (pattern.endsWith("*") && path.startsWith(pattern.slice(0, -1)))
  );
}

function areAmong(
  { group = "", resources = [], resourceNames = [] }: GroupResources,
  asked: ResourceAttributes,
) {
  if (group !== asked.group) return false;
  if (resourceNames.length > 0 && !resourceNames.includes(asked.name)) return false;
  const whole = asked.subresource === "" ? asked.resource : `${asked.resource}/${asked.subresource}`;
  return (
    resources.length === 0 ||
    resources.some(
      (pattern) =>
        pattern === "*" ||
        pattern === whole ||
        (asked.subresource !== "" &&
          (pattern === `*/${asked.subresource}` || pattern === `${asked.resource}/*`)),
    )
  );
}
