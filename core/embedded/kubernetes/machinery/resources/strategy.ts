import { jsonEqual } from "@catalyst/base/json";
import type { ResourceKind } from "../kind.ts";
import { sentEmptyOf } from "../schema/sent-empty.ts";
import { zeroOf } from "../schema/typed-reader.ts";
import { hasStatusSubresource } from "../write/reset-fields.ts";
import { setApiServiceStatus } from "./api-service.ts";
import { certificateRequestStrategy } from "./certificate-request.ts";
import { at, each, ensure, type Fields, text, texts } from "./fields.ts";
import { createClaim, updateClaim } from "./strategies/claim.ts";
import { createNamespace, updateNamespace } from "./strategies/namespace.ts";
import { createPod, updatePod, updatePodStatus } from "./strategies/pod.ts";
import { dropUnservedFields } from "./strategies/pod-fields.ts";
import { keepAllButEphemeral, keepAllButResources } from "./strategies/pod-parts.ts";
import { createService, updateService } from "./strategies/service.ts";
import { createDaemonSet, selectOwnPods, settleStatefulSet, updateDaemonSet } from "./strategies/workload.ts";
import { dropElection, dropNewElection, dropNewScaling, dropScaling, dropTopology } from "./switched-off.ts";

/** When a change moves `metadata.generation`. */
type GenerationRule =
  /** Anything but metadata and status. */
  | "spec"
  /** The same, or the annotations: Deployments. */
  | "spec-or-annotations"
  /** Anything but metadata: webhooks. */
  | "content"
  /** The same, or the labels: EndpointSlices. */
  | "content-or-labels"
  /** What `spec` says, but a new object has none: CSIDrivers. */
  | "changes"
  /** It is 1 from the beginning and never moves. */
  | "first"
  | "none";

export interface Strategy {
  readonly generation?: GenerationRule;
  /** A list or map that was sent empty moves the generation too, each time: upstream compares by `reflect.DeepEqual`. */
  readonly countsEmpty?: true;
  /** Changes a new object before validation; uid and name are set. `warn` tells its writer something of it. */
  readonly create?: (object: Fields, warn: (warning: string) => void) => void;
  /** Changes an updated object before validation; `stored` is what it replaces. */
  readonly update?: (object: Fields, stored: Fields, subresource: string) => void;
  /** The same for an update through a subresource, where it isn't the status and nothing else; `now` is RFC 3339. */
  readonly subresources?: Readonly<Record<string, (object: Fields, stored: Fields, now: string) => void>>;
  /** Changes an updated status, after all else was kept. */
  readonly status?: (object: Fields, stored: Fields) => void;
  /** Keeps all but the part that a subresource is for, by its name; then goes on as `update` does. */
  readonly parts?: Readonly<Record<string, (object: Fields, stored: Fields) => void>>;
}

/** Source of the rules: the strategies of Kubernetes' registry. */
const strategies: Readonly<Record<string, Strategy>> = {
  "/Pod": {
    generation: "spec",
    create: createPod,
    update: updatePod,
    status: updatePodStatus,
    parts: { ephemeralcontainers: keepAllButEphemeral, resize: keepAllButResources },
  },
  "/PodTemplate": { generation: "spec", ...atTemplate("template") },
  "/ReplicationController": { generation: "spec", ...atTemplate("spec", "template") },
  "/Namespace": { create: createNamespace, update: updateNamespace },
  "/PersistentVolumeClaim": { create: createClaim, update: updateClaim },
  "/Node": { create: (node) => dropNodeConfig(node), update: dropNodeConfig },
  "/PersistentVolume": {
    create: (volume) => {
      const lastPhaseTransitionTime = at(volume, "metadata")["creationTimestamp"];
      volume["status"] = { phase: "Pending", lastPhaseTransitionTime };
    },
  },
  "/Service": { create: createService, update: updateService },
  "apps/Deployment": { generation: "spec-or-annotations", ...atTemplate("spec", "template") },
  "apps/ReplicaSet": { generation: "spec", ...atTemplate("spec", "template") },
  "apps/StatefulSet": { generation: "spec", create: settleStatefulSet, update: settleStatefulSet },
  "apps/DaemonSet": { generation: "spec", create: createDaemonSet, update: updateDaemonSet },
  "batch/Job": { generation: "spec", ...atTemplate("spec", "template"), create: selectOwnPods },
  "batch/CronJob": { generation: "spec", ...atTemplate("spec", "jobTemplate", "spec", "template") },
  "apiregistration.k8s.io/APIService": { create: setApiServiceStatus },
  "certificates.k8s.io/CertificateSigningRequest": certificateRequestStrategy,
  "flowcontrol.apiserver.k8s.io/FlowSchema": { generation: "spec" },
  "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration": { generation: "spec" },
  "networking.k8s.io/Ingress": { generation: "spec" },
  "networking.k8s.io/IngressClass": { generation: "spec" },
  "networking.k8s.io/NetworkPolicy": { generation: "spec", countsEmpty: true },
  "policy/PodDisruptionBudget": { generation: "spec" },
  "discovery.k8s.io/EndpointSlice": {
    generation: "content-or-labels",
    create: dropTopology,
    update: (slice, stored) => {
      if (!jsonEqual(slice["endpoints"], stored["endpoints"])) dropTopology(slice);
    },
  },
  "storage.k8s.io/CSIDriver": { generation: "changes", create: dropScaling, update: dropNewScaling },
  "coordination.k8s.io/Lease": { create: dropElection, update: dropNewElection },
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration": { generation: "content", countsEmpty: true },
  "admissionregistration.k8s.io/MutatingWebhookConfiguration": { generation: "content", countsEmpty: true },
  "admissionregistration.k8s.io/ValidatingAdmissionPolicy": { generation: "spec" },
  "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding": { generation: "spec" },
  "admissionregistration.k8s.io/MutatingAdmissionPolicy": { generation: "spec" },
  "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding": { generation: "spec" },
  "scheduling.k8s.io/PriorityClass": { generation: "first" },
  "apiextensions.k8s.io/CustomResourceDefinition": {
    generation: "spec",
    create: createDefinition,
    update: rememberStoredVersion,
  },
};

/** A node's configuration isn't set from here any more, but stays where it was. */
function dropNodeConfig(node: Fields, stored?: Fields): void {
  if (at(stored, "spec")["configSource"] === undefined) delete at(node, "spec")["configSource"];
}

/** A kind's template doesn't keep what a Pod wouldn't. */
function atTemplate(...path: readonly string[]): Pick<Strategy, "create" | "update"> {
  const drop = (object: Fields) => dropUnservedFields(at(object, ...path, "spec"));
  return { create: drop, update: drop };
}

const customStrategy: Strategy = { generation: "spec" };

function strategyOf(kind: ResourceKind): Strategy {
  return kind.custom === undefined ? (strategies[`${kind.group}/${kind.kind}`] ?? {}) : customStrategy;
}

/** Clears what a create may not set and sets what it brings about, changing the object; gives warnings. */
export function prepareForCreate(kind: ResourceKind, object: Fields): readonly string[] {
  const strategy = strategyOf(kind);
  const metadata = ensure(object, "metadata");
  if (!["none", "changes"].includes(strategy.generation ?? "none")) metadata["generation"] = 1;
  const warnings: string[] = [];
  strategy.create?.(object, (warning) => warnings.push(warning));
  if (hasStatusSubresource(kind) && !keepsStatus.has(kind.kind)) clearStatus(kind, object);
  return warnings;
}

/** Kinds whose create sets a status of its own, or may. */
const keepsStatus = new Set([
  "Pod",
  "Namespace",
  "PersistentVolumeClaim",
  "PersistentVolume",
  "Node",
  "CustomResourceDefinition",
  "APIService",
]);

function clearStatus(kind: ResourceKind, object: Fields): void {
  if (kind.custom !== undefined) delete object["status"];
  else
    object["status"] =
      kind.kind === "Service" || kind.kind === "Ingress" ? { loadBalancer: {} } : emptyStatus(kind);
}

/** Fields of a status that are always written. */
function emptyStatus(kind: ResourceKind): Fields {
  const status: Fields = {};
  for (const [name, field] of kind.schema.fields?.get("status")?.type.fields ?? []) {
    if (field.zero === "always") status[name] = zeroOf(field.type);
  }
  return status;
}

/** Keeps what this part of the object may not change and moves the generation, changing the object. */
export function prepareForUpdate(
  kind: ResourceKind,
  object: Fields,
  stored: Fields,
  subresource: string,
  now: string,
): void {
  const strategy = strategyOf(kind);
  const metadata = ensure(object, "metadata");
  const before = at(stored, "metadata");
  restore(metadata, before, "generation");
  const own = strategy.subresources?.[subresource];
  if (own !== undefined) {
    own(object, stored, now);
    return;
  }
  if (subresource === "status") {
    keepAllButStatus(kind, object, stored);
    strategy.status?.(object, stored);
    return;
  }
  if (hasStatusSubresource(kind)) restore(object, stored, "status");
  strategy.parts?.[subresource]?.(object, stored);
  strategy.update?.(object, stored, subresource);
  const hasEmpty = strategy.countsEmpty === true && sentEmptyOf(object).some(isContent);
  if (hasEmpty || contentChanged(strategy.generation ?? "none", object, stored)) {
    ensure(object, "metadata")["generation"] = (Number(before["generation"]) || 0) + 1;
  }
}

function restore(object: Fields, stored: Fields, key: string): void {
  if (stored[key] === undefined) delete object[key];
  else object[key] = stored[key];
}

/** Kinds whose status can be written without touching even labels and annotations, as custom ones. */
const statusAlone = new Set([
  "CustomResourceDefinition",
  "APIService",
  "FlowSchema",
  "PriorityLevelConfiguration",
  "ServiceCIDR",
  "VolumeAttachment",
]);

function keepAllButStatus(kind: ResourceKind, object: Fields, stored: Fields): void {
  const metadata = at(object, "metadata");
  for (const key of Object.keys({ ...object, ...stored })) {
    if (key !== "status" && key !== "metadata") restore(object, stored, key);
  }
  if (kind.custom !== undefined || statusAlone.has(kind.kind)) {
    const kept = { ...at(stored, "metadata") };
    // They may be gone: whoever managed something has lost it.
    restore(kept, metadata, "managedFields");
    object["metadata"] = kept;
  } else if (kind.kind === "Deployment") restore(metadata, at(stored, "metadata"), "labels");
  else if (kind.kind === "Pod") restore(metadata, at(stored, "metadata"), "ownerReferences");
}

/** What of the metadata moves the generation. */
const alsoCounted: Readonly<Partial<Record<GenerationRule, string>>> = {
  "spec-or-annotations": "annotations",
  "content-or-labels": "labels",
};

function contentChanged(rule: GenerationRule, object: Fields, stored: Fields): boolean {
  if (rule === "none" || rule === "first") return false;
  const keys = new Set([...Object.keys(object), ...Object.keys(stored)]);
  for (const key of keys) {
    const whole = rule === "content" || rule === "content-or-labels";
    if (key === "metadata" || (!whole && key === "status" && object[key] === stored[key])) continue;
    if (!jsonEqual(object[key], stored[key])) return true;
  }
  const field = alsoCounted[rule];
  return field !== undefined && !jsonEqual(at(object, "metadata", field), at(stored, "metadata", field));
}

function isContent(path: string): boolean {
  return !path.startsWith("metadata.") && !path.startsWith("status.");
}

function createDefinition(definition: Fields): void {
  const stored = each(at(definition, "spec"), "versions").find((version) => version["storage"] === true);
  definition["status"] = {
    acceptedNames: { kind: "", plural: "" },
    conditions: null,
    storedVersions: stored === undefined ? [] : [stored["name"]],
  };
}

/** Objects may be stored in what was a storage version once, until somebody says they no longer are. */
function rememberStoredVersion(definition: Fields): void {
  const stored = each(at(definition, "spec"), "versions").find((version) => version["storage"] === true);
  const status = ensure(definition, "status");
  const versions = texts(status, "storedVersions");
  if (stored === undefined || versions.includes(text(stored, "name"))) return;
  definition["status"] = { ...status, storedVersions: [...versions, text(stored, "name")] };
}
