import type { ResourceKind } from "../kind.ts";
import type { KubeObject } from "../object.ts";
import { at } from "../resources/fields.ts";
import { badRequest } from "../status.ts";

export interface FieldSelector {
  matches(object: KubeObject): boolean;
  /** The value a field (`metadata.name`, `metadata.namespace` …) must have, when the selector says so. */
  required(field: string): string | undefined;
  readonly everything: boolean;
}

interface Requirement {
  readonly field: string;
  readonly path: readonly string[];
  readonly value: string;
  readonly equal: boolean;
}

const involved = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"];

/** Besides metadata.name and metadata.namespace, what each kind's list can be narrowed by. */
const selectable: Readonly<Record<string, readonly string[]>> = {
  "/Pod": [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.podIPs",
    "status.nominatedNodeName",
  ],
  "/Namespace": ["status.phase"],
  "/Node": ["spec.unschedulable"],
  "/Secret": ["type"],
  "/Service": ["spec.clusterIP", "spec.type"],
  "/ReplicationController": ["status.replicas"],
  "/Event": [
    ...involved.map((part) => `involvedObject.${part}`),
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
  "events.k8s.io/Event": [
    ...involved.map((part) => `regarding.${part}`),
    "reason",
    "reportingController",
    "type",
  ],
  "apps/ReplicaSet": ["status.replicas"],
  "batch/Job": ["status.successful"],
  "certificates.k8s.io/CertificateSigningRequest": ["spec.signerName"],
};

/** Fields whose name isn't their place in the object. */
const places: Readonly<Record<string, readonly string[]>> = {
  "status.successful": ["status", "succeeded"],
  source: ["source", "component"],
};

const zeros: Readonly<Record<string, string>> = {
  "status.replicas": "0",
  "status.successful": "0",
  "spec.unschedulable": "false",
  "spec.hostNetwork": "false",
};

/** Parses `status.phase=Running,spec.nodeName!=a`. Throws StatusError 400 for a field the kind doesn't offer. */
export function parseFieldSelector(kind: ResourceKind, text: string): FieldSelector {
  const requirements = text
    .split(/(?<!\\),/)
    .filter((part) => part !== "")
    .map((part) => parse(kind, part, text));
  return {
    everything: requirements.length === 0,
    required: (field) => requirements.find((one) => one.field === field && one.equal)?.value,
    matches: (object) => requirements.every((requirement) => meets(requirement, object)),
  };
}

function parse(kind: ResourceKind, part: string, whole: string): Requirement {
  const match = /^([^=!]+)(==|!=|=)(.*)$/s.exec(part);
  if (match === null) throw badRequest(`invalid selector: '${whole}'; can't understand '${part}'`);
  const [, field = "", operator, value = ""] = match;
  const name = field.trim();
  if (!offers(kind, name)) throw badRequest(refusal(kind, name));
  const path = places[name] ?? name.split(".");
  return { field: name, path, value: value.replace(/\\([,=\\])/g, "$1"), equal: operator !== "!=" };
}

/** Kinds that offer nothing of their own are refused by upstream's default rule, in other words. */
function refusal(kind: ResourceKind, field: string): string {
  const isPlain = kind.custom === undefined && selectable[`${kind.group}/${kind.kind}`] === undefined;
  if (!isPlain) return `field label not supported: ${field}`;
  return `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

function offers(kind: ResourceKind, field: string): boolean {
  if (field === "metadata.name" || (field === "metadata.namespace" && kind.namespaced)) return true;
  if (kind.custom !== undefined) return kind.custom.selectableFields.includes(field);
  return selectable[`${kind.group}/${kind.kind}`]?.includes(field) ?? false;
}

function meets({ field, path, value, equal }: Requirement, object: KubeObject): boolean {
  const found = at(object, ...path.slice(0, -1))[path.at(-1) ?? ""];
  const text = found === undefined || found === null ? (zeros[field] ?? "") : String(found);
  return (text === value) === equal;
}
