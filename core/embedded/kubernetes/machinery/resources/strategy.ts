import { jsonEqual } from "@catalyst/base/json";
import type { ResourceKind } from "../kind.ts";
import { hasStatusSubresource } from "../write/reset-fields.ts";
import { templateGenerationAnnotation } from "./defaults/apps.ts";
import { at, each, ensure, type Fields, fill, text, textMap, texts } from "./fields.ts";
import { podQosClass } from "./pod-qos.ts";

/** When a change moves `metadata.generation`. */
type GenerationRule =
  /** Anything but metadata and status. */
  | "spec"
  /** The same, or the annotations: Deployments. */
  | "spec-or-annotations"
  /** Anything but metadata; also labels and annotations don't count: webhooks, EndpointSlices. */
  | "content"
  /** It is 1 from the beginning and never moves. */
  | "first"
  | "none";

interface Strategy {
  readonly generation?: GenerationRule;
  /** Changes a new object before validation; uid and name are set. */
  readonly create?: (object: Fields) => void;
  /** Changes an updated object before validation; `stored` is what it replaces. */
  readonly update?: (object: Fields, stored: Fields) => void;
}

const schedulingGated = {
  type: "PodScheduled",
  status: "False",
  lastProbeTime: null,
  lastTransitionTime: null,
  reason: "SchedulingGated",
  message: "Scheduling is blocked due to non-empty scheduling gates",
};

/** Source of the rules: the strategies of Kubernetes' registry. */
const strategies: Readonly<Record<string, Strategy>> = {
  "/Pod": {
    generation: "spec",
    create: (pod) => {
      const gated = each(at(pod, "spec"), "schedulingGates").length > 0 ? { conditions: [schedulingGated] } : {};
      pod["status"] = { phase: "Pending", qosClass: podQosClass(pod), ...gated };
    },
    update: (pod, stored) => fill(ensure(pod, "status"), "qosClass", at(stored, "status")["qosClass"]),
  },
  "/PodTemplate": { generation: "spec" },
  "/ReplicationController": { generation: "spec" },
  "/Namespace": { create: createNamespace },
  "/PersistentVolumeClaim": {
    create: (claim) => {
      claim["status"] = { phase: "Pending" };
    },
  },
  "/PersistentVolume": {
    create: (volume) => {
      const lastPhaseTransitionTime = at(volume, "metadata")["creationTimestamp"];
      volume["status"] = { phase: "Pending", lastPhaseTransitionTime };
    },
  },
  "/Service": { create: settleClusterIPs, update: settleClusterIPs },
  "apps/Deployment": { generation: "spec-or-annotations" },
  "apps/ReplicaSet": { generation: "spec" },
  "apps/StatefulSet": { generation: "spec" },
  "apps/DaemonSet": {
    generation: "spec",
    create: (set) => {
      set["metadata"] = withTemplateGeneration(at(set, "metadata"), 1);
    },
    update: updateDaemonSet,
  },
  "batch/Job": { generation: "spec", create: selectOwnPods },
  "batch/CronJob": { generation: "spec" },
  "networking.k8s.io/Ingress": { generation: "spec" },
  "networking.k8s.io/IngressClass": { generation: "spec" },
  "networking.k8s.io/NetworkPolicy": { generation: "spec" },
  "policy/PodDisruptionBudget": { generation: "spec" },
  "discovery.k8s.io/EndpointSlice": { generation: "content" },
  "storage.k8s.io/CSIDriver": { generation: "spec" },
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration": { generation: "content" },
  "admissionregistration.k8s.io/MutatingWebhookConfiguration": { generation: "content" },
  "admissionregistration.k8s.io/ValidatingAdmissionPolicy": { generation: "spec" },
  "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding": { generation: "spec" },
  "admissionregistration.k8s.io/MutatingAdmissionPolicy": { generation: "spec" },
  "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding": { generation: "spec" },
  "scheduling.k8s.io/PriorityClass": { generation: "first" },
  "apiextensions.k8s.io/CustomResourceDefinition": { generation: "spec", create: createDefinition },
};

const customStrategy: Strategy = { generation: "spec" };

function strategyOf(kind: ResourceKind): Strategy {
  return kind.custom === undefined ? (strategies[`${kind.group}/${kind.kind}`] ?? {}) : customStrategy;
}

/** Clears what a create may not set and sets what it brings about, changing the object. */
export function prepareForCreate(kind: ResourceKind, object: Fields): void {
  const strategy = strategyOf(kind);
  const metadata = ensure(object, "metadata");
  if (strategy.generation !== undefined && strategy.generation !== "none") metadata["generation"] = 1;
  if (strategy.create !== undefined) strategy.create(object);
  if (hasStatusSubresource(kind) && !keepsStatus.has(kind.kind)) clearStatus(kind, object);
}

/** Kinds whose create sets a status of its own, or may. */
const keepsStatus = new Set([
  "Pod",
  "Namespace",
  "PersistentVolumeClaim",
  "PersistentVolume",
  "Node",
  "CustomResourceDefinition",
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
    if (field.zero === "always") status[name] = field.type.type === "integer" ? 0 : null;
  }
  return status;
}

/** Keeps what this part of the object may not change and moves the generation, changing the object. */
export function prepareForUpdate(
  kind: ResourceKind,
  object: Fields,
  stored: Fields,
  subresource: string,
): void {
  const metadata = ensure(object, "metadata");
  const before = at(stored, "metadata");
  restore(metadata, before, "generation");
  if (subresource === "status") {
    keepAllButStatus(kind, object, stored);
    return;
  }
  if (hasStatusSubresource(kind)) restore(object, stored, "status");
  const strategy = strategyOf(kind);
  strategy.update?.(object, stored);
  if (contentChanged(strategy.generation ?? "none", object, stored)) {
    ensure(object, "metadata")["generation"] = (Number(before["generation"]) || 0) + 1;
  }
}

function restore(object: Fields, stored: Fields, key: string): void {
  if (stored[key] === undefined) delete object[key];
  else object[key] = stored[key];
}

function keepAllButStatus(kind: ResourceKind, object: Fields, stored: Fields): void {
  const metadata = at(object, "metadata");
  for (const key of Object.keys({ ...object, ...stored })) {
    if (key !== "status" && key !== "metadata") restore(object, stored, key);
  }
  if (kind.custom !== undefined || kind.kind === "CustomResourceDefinition") {
    const { managedFields } = metadata;
    object["metadata"] = {
      ...at(stored, "metadata"),
      ...(managedFields === undefined ? {} : { managedFields }),
    };
  } else if (kind.kind === "Deployment") restore(metadata, at(stored, "metadata"), "labels");
  else if (kind.kind === "Pod") restore(metadata, at(stored, "metadata"), "ownerReferences");
}

function contentChanged(rule: GenerationRule, object: Fields, stored: Fields): boolean {
  if (rule === "none" || rule === "first") return false;
  const keys = new Set([...Object.keys(object), ...Object.keys(stored)]);
  for (const key of keys) {
    if (key === "metadata" || (rule !== "content" && key === "status" && object[key] === stored[key]))
      continue;
    if (!jsonEqual(object[key], stored[key])) return true;
  }
  if (rule !== "spec-or-annotations") return false;
  return !jsonEqual(at(object, "metadata", "annotations"), at(stored, "metadata", "annotations"));
}

function createNamespace(namespace: Fields): void {
  namespace["status"] = { phase: "Active" };
  const spec = ensure(namespace, "spec");
  const finalizers = texts(spec, "finalizers");
  if (!finalizers.includes("kubernetes")) spec["finalizers"] = [...finalizers, "kubernetes"];
  const metadata = ensure(namespace, "metadata");
  metadata["labels"] = { ...at(metadata, "labels"), "kubernetes.io/metadata.name": metadata["name"] };
}

function createDefinition(definition: Fields): void {
  const stored = each(at(definition, "spec"), "versions").filter((version) => version["storage"] === true);
  definition["status"] = {
    acceptedNames: { kind: "", plural: "" },
    conditions: null,
    storedVersions: stored.map((version) => version["name"]),
  };
}

function withTemplateGeneration(metadata: Fields, generation: number): Fields {
  const annotations = { ...at(metadata, "annotations"), [templateGenerationAnnotation]: String(generation) };
  return { ...metadata, annotations };
}

/** The count of template changes lives on in an annotation. */
function updateDaemonSet(set: Fields, stored: Fields): void {
  const before = Number(textMap(at(stored, "metadata"), "annotations")[templateGenerationAnnotation] ?? 1);
  const changed = !jsonEqual(at(set, "spec")["template"], at(stored, "spec")["template"]);
  set["metadata"] = withTemplateGeneration(at(set, "metadata"), before + (changed ? 1 : 0));
}

/** A Job selects its Pods by its own uid. */
function selectOwnPods(job: Fields): void {
  const spec = ensure(job, "spec");
  if (spec["manualSelector"] === true) return;
  const { name, uid } = at(job, "metadata");
  const template = ensure(ensure(spec, "template"), "metadata");
  const given = at(template, "labels");
  const labels = {
    "job-name": name,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "batch.kubernetes.io/controller-uid": uid,
    ...given,
  };
  template["labels"] = labels;
  // A Job without labels of its own has its template's.
  const metadata = ensure(job, "metadata");
  const own = at(metadata, "labels");
  if (Object.keys(own).length === 0 || jsonEqual(own, given)) metadata["labels"] = { ...labels };
  const selector = ensure(spec, "selector");
  selector["matchLabels"] = { "batch.kubernetes.io/controller-uid": uid, ...at(selector, "matchLabels") };
}

/** The plural fields follow the address the caller's allocator put into `clusterIP`. */
function settleClusterIPs(service: Fields): void {
  const spec = ensure(service, "spec");
  if (spec["type"] === "ExternalName") return;
  const address = text(spec, "clusterIP") || texts(spec, "clusterIPs")[0] || "";
  if (address === "") return;
  spec["clusterIP"] = address;
  if (texts(spec, "clusterIPs")[0] !== address) spec["clusterIPs"] = [address];
  if (texts(spec, "ipFamilies").length === 0) spec["ipFamilies"] = [address.includes(":") ? "IPv6" : "IPv4"];
  fill(spec, "ipFamilyPolicy", "SingleStack");
}
