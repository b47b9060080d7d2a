import { jsonEqual } from "@catalyst/base/json";
import { podQosClass } from "@catalyst/ports/kubernetes";
import { faultsAt } from "../../validate/place.ts";
import { at, each, ensure, type Fields, fill, text, textMap, texts } from "../fields.ts";
import { appArmorOfContainer } from "../validate/pod/annotations.ts";
import { checkAppArmor } from "../validate/pod/security.ts";
import { dropUnservedFields } from "./pod-fields.ts";

/** Makes a new Pod what it is before it runs, changing it; `warn` tells its writer something of it. */
export function createPod(pod: Fields, warn: (warning: string) => void): void {
  const spec = at(pod, "spec");
  pod["status"] = { phase: "Pending", qosClass: podQosClass(pod) };
  dropUnservedFields(spec);
  markGated(pod);
  selectByOwnLabels(spec, textMap(at(pod, "metadata"), "labels"));
  takeOverAppArmor(pod, warn);
}

function markGated(pod: Fields): void {
  if (each(at(pod, "spec"), "schedulingGates").length === 0) return;
  ensure(pod, "status")["conditions"] = [
    {
      type: "PodScheduled",
      status: "False",
      reason: "SchedulingGated",
      message: "Scheduling is blocked due to non-empty scheduling gates",
      lastProbeTime: null,
      lastTransitionTime: at(pod, "metadata")["creationTimestamp"],
    },
  ];
}

const rules = ["podAffinity", "podAntiAffinity"];

/** Where only the keys of labels are named, the Pod's own values are meant. */
function selectByOwnLabels(spec: Fields, labels: Readonly<Record<string, string>>): void {
  for (const rule of rules) {
    const affinity = at(spec, "affinity", rule);
    const preferred = each(affinity, "preferredDuringSchedulingIgnoredDuringExecution");
    const required = each(affinity, "requiredDuringSchedulingIgnoredDuringExecution");
    for (const term of [...preferred.map((weighted) => at(weighted, "podAffinityTerm")), ...required]) {
      addSelected(term, "matchLabelKeys", "In", labels);
      addSelected(term, "mismatchLabelKeys", "NotIn", labels);
    }
  }
  for (const constraint of each(spec, "topologySpreadConstraints")) {
    addSelected(constraint, "matchLabelKeys", "In", labels);
  }
}

function addSelected(
  owner: Fields,
  keys: string,
  operator: "In" | "NotIn",
  labels: Readonly<Record<string, string>>,
): void {
  const selector = owner["labelSelector"];
  if (typeof selector !== "object" || selector === null) return;
  const added = texts(owner, keys).flatMap((key) => {
    return Object.hasOwn(labels, key) ? [{ key, operator, values: [labels[key]] }] : [];
  });
  if (added.length === 0) return;
  (selector as Fields)["matchExpressions"] = [...each(selector, "matchExpressions"), ...added];
}

/** An annotation for AppArmor, from before there was a field, becomes the field. */
function takeOverAppArmor(pod: Fields, warn: (warning: string) => void): void {
  const spec = at(pod, "spec");
  if (text(at(spec, "os"), "name") === "windows") return;
  const annotations = textMap(at(pod, "metadata"), "annotations");
  const ofPod = at(spec, "securityContext")["appArmorProfile"];
  for (const list of ["initContainers", "containers", "ephemeralContainers"]) {
    for (const container of each(spec, list)) {
      const key = appArmorOfContainer + text(container, "name");
      const annotation = annotations[key];
      if (annotation === undefined || at(container, "securityContext")["appArmorProfile"] !== undefined)
        continue;
      const profile = profileOf(annotation);
      const isValid = profile !== undefined && faultsAt("", profile, checkAppArmor).length === 0;
      if (isValid && jsonEqual(profile, ofPod)) continue;
      if (isValid) ensure(container, "securityContext")["appArmorProfile"] = profile;
      warn(`metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`);
    }
  }
}

function profileOf(annotation: string): Fields | undefined {
  const local = /^localhost\/(.+)$/s.exec(annotation)?.[1];
  if (local !== undefined) return { type: "Localhost", localhostProfile: local };
  if (annotation === "runtime/default") return { type: "RuntimeDefault" };
  return annotation === "unconfined" ? { type: "Unconfined" } : undefined;
}

/** Keeps what a Pod's updates leave alone, changing it. */
export function updatePod(pod: Fields, stored: Fields): void {
  dropUnservedFields(at(pod, "spec"));
  fill(ensure(pod, "status"), "qosClass", at(stored, "status")["qosClass"]);
}

/** Keeps of a status what its writer didn't say, changing it. */
export function updatePodStatus(pod: Fields, stored: Fields): void {
  const status = ensure(pod, "status");
  const before = at(stored, "status");
  if (text(status, "qosClass") === "" && before["qosClass"] !== undefined)
    status["qosClass"] = before["qosClass"];
  const generation = before["observedGeneration"];
  if (!status["observedGeneration"] && generation !== undefined) status["observedGeneration"] = generation;
  const held = each(before, "conditions");
  status["conditions"] &&= each(status, "conditions").map((condition) => {
    const same = held.find(({ type }) => type === condition["type"])?.["observedGeneration"];
    return condition["observedGeneration"] || same === undefined
      ? condition
      : { ...condition, observedGeneration: same };
  });
}
