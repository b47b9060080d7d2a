import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Attributes, ResourceAttributes } from "../access/attributes.ts";
import { serviceAccountName, serviceAccountOf } from "../access/user.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Entry } from "../storage/entry.ts";

export const flowControlGroup = "flowcontrol.apiserver.k8s.io";

/** Requests that share a queue: of one schema, told apart by who sends them or where they go. */
export interface Flow {
  readonly schema: KubeObject;
  readonly level: KubeObject;
  /** Tells the flows of one level apart. */
  readonly key: string;
}

interface Subject {
  readonly kind: string;
  readonly user?: { readonly name: string };
  readonly group?: { readonly name: string };
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
}

interface Rule {
  readonly subjects?: readonly Subject[];
  readonly resourceRules?: readonly {
    readonly verbs: readonly string[];
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly clusterScope?: boolean;
    readonly namespaces?: readonly string[];
  }[];
  readonly nonResourceRules?: readonly {
    readonly verbs: readonly string[];
    readonly nonResourceURLs: readonly string[];
  }[];
}

interface SchemaSpec {
  readonly priorityLevelConfiguration: { readonly name: string };
  readonly matchingPrecedence?: number;
  readonly distinguisherMethod?: { readonly type: "ByUser" | "ByNamespace" } | null;
  readonly rules?: readonly Rule[];
}

/** In the order they are asked; by the list they were made from, which stays the same until one changes. */
const ordered = new WeakMap<readonly Entry[], readonly KubeObject[]>();

/**
 * The flow a request belongs to: that of the first FlowSchema of the cluster, by precedence and name, which is
 * about it and whose level exists; undefined when none is.
 */
export function flowOf(cluster: Cluster, attributes: Attributes): Flow | undefined {
  for (const schema of schemasOf(cluster)) {
    const spec = specOf(schema);
    if (!spec.rules?.some((rule) => isAbout(rule, attributes))) continue;
    const level = cluster.find(
      `${flowControlGroup}/prioritylevelconfigurations`,
      undefined,
      spec.priorityLevelConfiguration.name,
    );
    if (level === undefined) continue;
    return { schema, level, key: `${schema.metadata.name}/${distinguished(spec, attributes)}` };
  }
  return undefined;
}

function schemasOf(cluster: Cluster): readonly KubeObject[] {
  const entries = cluster.list(`${flowControlGroup}/flowschemas`, false);
  let schemas = ordered.get(entries);
  if (schemas === undefined) {
    const precedence = (schema: KubeObject) => specOf(schema).matchingPrecedence ?? 1000;
    // listed by name already, and sorting keeps that order among equals
    schemas = entries.map(({ object }) => object).sort((a, b) => precedence(a) - precedence(b));
    ordered.set(entries, schemas);
  }
  return schemas;
}

function specOf(schema: KubeObject): SchemaSpec {
  return schema.spec as SchemaSpec;
}

function distinguished(spec: SchemaSpec, attributes: Attributes): string {
  switch (spec.distinguisherMethod?.type) {
    case "ByUser":
      return attributes.user.name;
    case "ByNamespace":
      return "path" in attributes ? "" : attributes.namespace;
    default:
      return "";
  }
}

function isAbout(rule: Rule, attributes: Attributes): boolean {
  if (!rule.subjects?.some((subject) => isSubject(subject, attributes))) return false;
  if ("path" in attributes) {
    return (
      rule.nonResourceRules?.some(
        ({ verbs, nonResourceURLs }) =>
          holds(verbs, attributes.verb) && nonResourceURLs.some((url) => isBelow(url, attributes.path)),
      ) ?? false
    );
  }
  return rule.resourceRules?.some((resources) => areAmong(resources, attributes)) ?? false;
}

function isSubject({ kind, user, group, serviceAccount }: Subject, { user: caller }: Attributes): boolean {
  switch (kind) {
    case "User":
      return user !== undefined && (user.name === "*" || user.name === caller.name);
    case "Group":
      return group !== undefined && (group.name === "*" || caller.groups.includes(group.name));
    case "ServiceAccount":
      if (serviceAccount === undefined) return false;
      return serviceAccount.name === "*"
        ? serviceAccountOf(caller.name)?.namespace === serviceAccount.namespace
        : caller.name === serviceAccountName(serviceAccount.namespace, serviceAccount.name);
    default:
      return false;
  }
}

function areAmong(
  rule: NonNullable<Rule["resourceRules"]>[number],
  { verb, group, resource, subresource, namespace }: ResourceAttributes,
): boolean {
  const whole = subresource === "" ? resource : `${resource}/${subresource}`;
  if (!holds(rule.verbs, verb) || !holds(rule.apiGroups, group) || !holds(rule.resources, whole))
    return false;
  return namespace === "" ? rule.clusterScope === true : holds(rule.namespaces ?? [], namespace);
}

function holds(list: readonly string[], value: string): boolean {
  return list.includes("*") || list.includes(value);
}

/** `/healthz` is about what is below it, too. */
function isBelow(pattern: string, path: string): boolean {
  if (pattern === "*" || pattern === path) return true;
  const prefix = pattern.replace(/\*$/, "");
  return path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`);
}
