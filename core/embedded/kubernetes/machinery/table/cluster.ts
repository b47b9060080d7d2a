import { at, each, type Fields, number, text } from "../resources/fields.ts";
import { printSelector } from "../select/print-selector.ts";
import { ageOf } from "./age.ts";
import { type Cells, created, name, unset } from "./cell.ts";

function node(object: Fields, now: number): readonly unknown[] {
  const spec = at(object, "spec");
  const status = at(object, "status");
  const info = at(status, "nodeInfo");
  const ready = each(status, "conditions").find((condition) => condition["type"] === "Ready");
  const state = ready === undefined ? "Unknown" : ready["status"] === "True" ? "Ready" : "NotReady";
  const address = (type: string) =>
    text(each(status, "addresses").find((one) => one["type"] === type) ?? {}, "address") || "<none>";
  const architecture = text(info, "architecture");
  const kernel = text(info, "kernelVersion") || "<unknown>";
  return [
    name(object),
    spec["unschedulable"] === true ? `${state},SchedulingDisabled` : state,
    nodeRoles(at(object, "metadata", "labels")) || "<none>",
    created(object, now),
    text(info, "kubeletVersion"),
    address("InternalIP"),
    address("ExternalIP"),
    text(info, "osImage") || "<unknown>",
    architecture === "" ? kernel : `${kernel} (${architecture})`,
    text(info, "containerRuntimeVersion") || "<unknown>",
  ];
}

function nodeRoles(labels: Fields): string {
  const prefix = "node-role.kubernetes.io/";
  const roles = Object.keys(labels).flatMap((key) =>
    key.startsWith(prefix)
      ? [key.slice(prefix.length)]
      : key === "kubernetes.io/role"
        ? [String(labels[key])]
        : [],
  );
  return [...new Set(roles)]
    .filter((role) => role !== "")
    .sort()
    .join(",");
}

function event(object: Fields, now: number): readonly unknown[] {
  const core = object["apiVersion"] === "v1";
  const involved = at(object, core ? "involvedObject" : "regarding");
  const series = at(object, "series");
  const eventTime = object["eventTime"];
  const first = object[core ? "firstTimestamp" : "deprecatedFirstTimestamp"];
  const last = object[core ? "lastTimestamp" : "deprecatedLastTimestamp"];
  const firstSeen = ageOf(first ?? eventTime, now);
  const lastSeen =
    object["series"] === undefined
      ? last
        ? ageOf(last, now)
        : firstSeen
      : ageOf(series["lastObservedTime"], now);
  const source = at(object, core ? "source" : "deprecatedSource");
  const counted = number(object, core ? "count" : "deprecatedCount") || 1;
  const kind = text(involved, "kind").toLowerCase();
  const involvedName = text(involved, "name");
  return [
    lastSeen,
    text(object, "type"),
    text(object, "reason"),
    involvedName === "" ? kind : `${kind}/${involvedName}`,
    text(involved, "fieldPath"),
    eventSource(object, source, core),
    text(object, core ? "message" : "note").trim(),
    firstSeen,
    object["series"] === undefined ? counted : (number(series, "count") ?? 0),
    name(object),
  ];
}

function eventSource(object: Fields, source: Fields, core: boolean): string {
  const component =
    text(source, "component") || text(object, core ? "reportingComponent" : "reportingController");
  const host = text(source, "host") || text(object, "reportingInstance");
  return host === "" ? component : `${component}, ${host}`;
}

function binding(object: Fields, now: number): readonly unknown[] {
  const role = at(object, "roleRef");
  const subjects = (kind: string) =>
    each(object, "subjects")
      .filter((subject) => subject["kind"] === kind)
      .map((subject) =>
        kind === "ServiceAccount"
          ? `${text(subject, "namespace")}/${text(subject, "name")}`
          : text(subject, "name"),
      )
      .join(", ");
  return [
    name(object),
    `${text(role, "kind")}/${text(role, "name")}`,
    created(object, now),
    subjects("User"),
    subjects("Group"),
    subjects("ServiceAccount"),
  ];
}

function resourceQuota(object: Fields, now: number): readonly unknown[] {
  const status = at(object, "status");
  const hard = at(status, "hard");
  const lines = Object.keys(hard)
    .sort()
    .map((key) => [key, `${key}: ${String(at(status, "used")[key] ?? "0")}/${String(hard[key])}`] as const);
  const column = (limits: boolean) =>
    lines
      .filter(([key]) => key.startsWith("limits.") === limits)
      .map(([, line]) => line)
      .join(", ");
  return [name(object), column(false), column(true), created(object, now)];
}

function policy(object: Fields, rules: string, now: number): readonly unknown[] {
  const spec = at(object, "spec");
  const parameter = at(spec, "paramKind");
  const shown =
    spec["paramKind"] === undefined
      ? "<unset>"
      : `${text(parameter, "apiVersion")}/${text(parameter, "kind")}`;
  return [name(object), each(spec, rules).length, shown, created(object, now)];
}

function policyBinding(object: Fields, now: number): readonly unknown[] {
  const spec = at(object, "spec");
  const parameter = at(spec, "paramRef");
  const named = text(parameter, "name");
  const shown =
    named !== ""
      ? `${text(parameter, "namespace") || "*"}/${named}`
      : parameter["selector"] === undefined
        ? "<unset>"
        : printSelector(at(parameter, "selector"));
  return [name(object), text(spec, "policyName"), shown, created(object, now)];
}

function webhooks(object: Fields, now: number): readonly unknown[] {
  return [name(object), each(object, "webhooks").length, created(object, now)];
}

/** Kinds of the cluster, of access and of policy. */
export const clusterCells: Readonly<Record<string, Cells>> = {
  Node: node,
  Event: event,
  Namespace: (object, now) => [name(object), text(at(object, "status"), "phase"), created(object, now)],
  ConfigMap: (object, now) => [
    name(object),
    Object.keys(at(object, "data")).length + Object.keys(at(object, "binaryData")).length,
    created(object, now),
  ],
  Secret: (object, now) => [
    name(object),
    text(object, "type"),
    Object.keys(at(object, "data")).length,
    created(object, now),
  ],
  ServiceAccount: (object, now) => [name(object), created(object, now)],
  RoleBinding: binding,
  ClusterRoleBinding: binding,
  ResourceQuota: resourceQuota,
  Lease: (object, now) => [name(object), text(at(object, "spec"), "holderIdentity"), created(object, now)],
  PodDisruptionBudget: (object, now) => [
    name(object),
    String(at(object, "spec")["minAvailable"] ?? "N/A"),
    String(at(object, "spec")["maxUnavailable"] ?? "N/A"),
    number(at(object, "status"), "disruptionsAllowed") ?? 0,
    created(object, now),
  ],
  ValidatingWebhookConfiguration: webhooks,
  MutatingWebhookConfiguration: webhooks,
  ValidatingAdmissionPolicy: (object, now) => policy(object, "validations", now),
  MutatingAdmissionPolicy: (object, now) => policy(object, "mutations", now),
  ValidatingAdmissionPolicyBinding: policyBinding,
  MutatingAdmissionPolicyBinding: policyBinding,
  ComponentStatus: (object) => [name(object), unset(object["status"]), "", ""],
};
