import { labelSelectorOf } from "../../../select/label-selector.ts";
import { dnsLabel } from "../../../validate/names.ts";
import type { Place } from "../../../validate/place.ts";
import { validateSelector } from "../../../validate/selector.ts";
import { checkSelected } from "../workload/selection.ts";
import { checkJobSpec } from "./spec.ts";

/** Checks a Job. */
export function checkJob(job: Place): void {
  const spec = job.at("spec");
  checkGenerated(job);
  checkJobSpec(spec);
  const selector = spec.at("selector");
  if (!selector.isSet) selector.required();
  const faults = selector.isSet ? validateSelector(selector.fields, selector.path) : [];
  selector.add(faults);
  if (faults.length === 0) checkSelected(spec);
  checkHostnames(job);
}

/** A Job that isn't told otherwise selects its Pods by its own uid. */
function checkGenerated(job: Place): void {
  const spec = job.at("spec");
  const selector = spec.at("selector");
  if (spec.at("manualSelector").value === true || !selector.isSet) return;
  const uid = job.at("metadata", "uid").text;
  const name = job.at("metadata", "name").text;
  const own = {
    "controller-uid": uid,
    "job-name": name,
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
  };
  const labels = spec.at("template", "metadata", "labels");
  for (const [key, value] of Object.entries(own)) {
    const label = labels.entry(key);
    if (!label.isSet) label.required(`must be '${value}'`);
    else if (label.value !== value) label.invalid(`must be '${value}'`, labels.value);
  }
  if (validateSelector(selector.fields, selector.path).length > 0) return;
  if (!labelSelectorOf(selector.value).matches(own)) selector.invalid("`selector` not auto-generated");
}

/** The Pods of an indexed Job have hosts of their own, named after it. */
function checkHostnames(job: Place): void {
  const completions = job.at("spec", "completions").number;
  if (job.at("spec", "completionMode").text !== "Indexed" || completions <= 0) return;
  const name = job.at("metadata", "name");
  const last = `${name.text}-${completions - 1}`;
  if (dnsLabel(last).length > 0) {
    name.invalid(`will not able to create pod with invalid DNS label: ${last}`);
  }
}
