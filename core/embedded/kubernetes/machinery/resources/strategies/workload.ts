import { jsonEqual } from "@catalyst/base/json";
import { templateGenerationAnnotation } from "../defaults/apps.ts";
import { at, ensure, type Fields, textMap } from "../fields.ts";
import { dropUnservedFields } from "./pod-fields.ts";

/** How many Pods may be missing at a time isn't looked at by this release. */
export function settleStatefulSet(set: Fields): void {
  dropUnservedFields(at(set, "spec", "template", "spec"));
  const rolling = at(set, "spec", "updateStrategy");
  if (at(rolling, "rollingUpdate")["maxUnavailable"] === undefined) return;
  const { maxUnavailable: _unavailable, ...rest } = at(rolling, "rollingUpdate");
  rolling["rollingUpdate"] = rest;
}

/** Makes a new DaemonSet count its templates, which it does in an annotation. */
export function createDaemonSet(set: Fields): void {
  dropUnservedFields(at(set, "spec", "template", "spec"));
  const given = Number(textMap(at(set, "metadata"), "annotations")[templateGenerationAnnotation] ?? 1);
  set["metadata"] = withTemplateGeneration(at(set, "metadata"), Math.max(1, given));
}

function withTemplateGeneration(metadata: Fields, generation: number): Fields {
  const annotations = { ...at(metadata, "annotations"), [templateGenerationAnnotation]: String(generation) };
  return { ...metadata, annotations };
}

/** The same of an updated DaemonSet: the count grows with each change of the template. */
export function updateDaemonSet(set: Fields, stored: Fields): void {
  dropUnservedFields(at(set, "spec", "template", "spec"));
  const before = Number(textMap(at(stored, "metadata"), "annotations")[templateGenerationAnnotation] ?? 1);
  const changed = !jsonEqual(at(set, "spec")["template"], at(stored, "spec")["template"]);
  set["metadata"] = withTemplateGeneration(at(set, "metadata"), before + (changed ? 1 : 0));
}

/** A Job selects its Pods by its own uid. */
export function selectOwnPods(job: Fields): void {
  const spec = ensure(job, "spec");
  dropUnservedFields(at(spec, "template", "spec"));
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
