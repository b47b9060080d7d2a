import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../../status.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import { at, each, type Fields, number } from "../../fields.ts";
import { isTrue } from "./conditions.ts";

const fixed = [
  "selector",
  "completionMode",
  "podFailurePolicy",
  "backoffLimitPerIndex",
  "managedBy",
  "successPolicy",
];

/** What an update of a Job may not change. */
export function validateJobUpdate(job: Fields, stored: Fields): readonly FieldFault[] {
  const before = at(stored, "spec");
  return faultsAt("spec", job["spec"], (spec) => {
    checkCompletions(spec, before);
    for (const key of fixed) spec.at(key).isUnchanged(jsonEqual(spec.fields[key], before[key]));
    checkTemplate(spec, stored);
  });
}

function checkCompletions(spec: Place, before: Fields): void {
  const completions = spec.at("completions");
  const isSame = completions.value === before["completions"];
  if (spec.at("completionMode").text !== "Indexed") {
    completions.isUnchanged(isSame);
    return;
  }
  if (isSame || !completions.isSet || completions.value === spec.at("parallelism").value) return;
  completions.invalid("can only be modified in tandem with spec.parallelism");
}

/** While a Job rests, where its Pods run and what they use may still be changed. */
function checkTemplate(spec: Place, stored: Fields): void {
  const before = at(stored, "spec");
  const template = spec.at("template");
  const status = at(stored, "status");
  const isSuspended = before["suspend"] === true;
  const hasRested = status["startTime"] === undefined || isTrue(status, "Suspended");
  const isOpen = isSuspended && hasRested && (number(status, "active") ?? 0) === 0;
  const held = isOpen ? withPlacement(at(before, "template"), template.fields) : at(before, "template");
  if (!isOpen) {
    template.isUnchanged(jsonEqual(template.fields, held));
    return;
  }
  const rest = withResources(at(held, "spec"), at(template.value, "spec"));
  const place = spec.called("template.spec", at(template.value, "spec"));
  place.isUnchanged(jsonEqual(place.fields, rest));
}

/** The template of before with the new one's placement. */
function withPlacement(before: Fields, now: Fields): Fields {
  const metadata: Fields = { ...at(before, "metadata") };
  for (const key of ["annotations", "labels"]) take(metadata, at(now, "metadata"), key);
  const spec: Fields = { ...at(before, "spec") };
  for (const key of ["nodeSelector", "tolerations", "schedulingGates"]) take(spec, at(now, "spec"), key);
  const affinity: Fields = { ...at(spec, "affinity") };
  take(affinity, at(now, "spec", "affinity"), "nodeAffinity");
  if (Object.keys(affinity).length === 0 && at(now, "spec")["affinity"] === undefined)
    delete spec["affinity"];
  else spec["affinity"] = affinity;
  return { ...before, metadata, spec };
}

function take(object: Fields, from: Fields, key: string): void {
  if (from[key] === undefined) delete object[key];
  else object[key] = from[key];
}

/** The spec of before with the new one's resources, for containers that are still at their place. */
function withResources(before: Fields, now: Fields): Fields {
  const spec: Fields = { ...before };
  for (const list of ["containers", "initContainers"]) {
    const next = each(now, list);
    const held = each(before, list);
    if (held.length === 0 || next.length !== held.length) continue;
    spec[list] = held.map((container, index) =>
      next[index]?.["name"] === container["name"]
        ? { ...container, resources: next[index]?.["resources"] }
        : container,
    );
  }
  return spec;
}
