import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../../status.ts";
import { faultsAt, inclusiveRange, type Place } from "../../../validate/place.ts";
import { at, each, type Fields, number, text } from "../../fields.ts";
import { appArmorOfContainer, mirrorAnnotation } from "./annotations.ts";

const changeable = [
  "`spec.containers[*].image`",
  "`spec.initContainers[*].image`",
  "`spec.activeDeadlineSeconds`",
  "`spec.tolerations` (only additions to existing tolerations)",
  "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
];
const fixed = `pod updates may not change fields other than ${changeable.join(",")}`;

/** What an update of a Pod may not change. */
export function validatePodUpdate(pod: Fields, stored: Fields): readonly FieldFault[] {
  return faultsAt("", pod, (place) => {
    checkAnnotationsKept(place.at("metadata", "annotations"), at(stored, "metadata", "annotations"));
    checkSpecChange(place.at("spec"), at(stored, "spec"));
  });
}

/** Checks that the annotations which a Pod is made with stay as they are. */
export function checkAnnotationsKept(annotations: Place, before: Fields): void {
  for (const key of Object.keys(before)) {
    const place = annotations.entry(key);
    if (place.value === before[key]) continue;
    if (key.startsWith(appArmorOfContainer)) place.forbidden("may not remove or update AppArmor annotations");
    if (key === mirrorAnnotation) place.forbidden("may not remove or update mirror pod annotation");
  }
  for (const [key, place] of annotations.entries()) {
    if (before[key] !== undefined) continue;
    if (key.startsWith(appArmorOfContainer)) place.forbidden("may not add AppArmor annotations");
    if (key === mirrorAnnotation) place.forbidden("may not add mirror pod annotation");
  }
}

function checkSpecChange(spec: Place, before: Fields): void {
  for (const list of ["containers", "initContainers"]) {
    if (!checkImages(spec.at(list), each(before, list))) return;
  }
  if (!checkDeadline(spec.at("activeDeadlineSeconds"), number(before, "activeDeadlineSeconds"))) return;
  checkTolerationsKept(spec.at("tolerations"), each(before, "tolerations"));
  checkGatesOnlyGo(spec.at("schedulingGates"), each(before, "schedulingGates"));
  if (jsonEqual(spec.fields, before)) return;
  const rest = { ...withoutChangeable(spec.fields, before) };
  if (each(before, "schedulingGates").length > 0) checkGatedPlacement(spec, before, rest);
  if (!jsonEqual(rest, withoutChangeable(before, before))) spec.forbidden(fixed);
}

/** False when there are other containers than before: then nothing else is compared. */
function checkImages(list: Place, before: readonly Fields[]): boolean {
  if (list.size !== before.length) {
    list.forbidden("pod updates may not add or remove containers");
    return false;
  }
  for (const container of list.items()) {
    const image = container.at("image");
    image.isNeeded();
    if (image.text !== image.text.trim()) image.invalid("must not have leading or trailing whitespace");
  }
  return true;
}

const longestDeadline = 2147483647;

/** A deadline may come nearer only. False when it doesn't: then nothing else is compared. */
function checkDeadline(deadline: Place, before: number | undefined): boolean {
  if (!deadline.isSet) {
    if (before !== undefined) deadline.invalid("must not update from a positive integer to nil value", null);
    return true;
  }
  if (deadline.number < 0 || deadline.number > longestDeadline) {
    deadline.invalid(inclusiveRange(0, longestDeadline));
    return false;
  }
  if (before === undefined || deadline.number <= before) return true;
  deadline.invalid("must be less than or equal to previous value");
  return false;
}

function checkTolerationsKept(tolerations: Place, before: readonly Fields[]): void {
  const withoutTime = ({ tolerationSeconds: _seconds, ...toleration }: Readonly<Fields>) => toleration;
  const now = tolerations.items().map((toleration) => withoutTime(toleration.fields));
  const isKept = (toleration: Fields) => now.some((other) => jsonEqual(other, withoutTime(toleration)));
  if (!before.every(isKept)) {
    tolerations.forbidden("existing toleration can not be modified except its tolerationSeconds");
  }
}

function checkGatesOnlyGo(gates: Place, before: readonly Fields[]): void {
  const known = new Set(before.map((gate) => text(gate, "name")));
  for (const gate of gates.items()) {
    const name = gate.at("name");
    if (known.has(name.text)) continue;
    name.forbidden(`only deletion is allowed, but found new scheduling gate '${name.text}'`);
  }
}

/** The spec without what may change. */
function withoutChangeable(spec: Fields, before: Fields): Fields {
  const {
    activeDeadlineSeconds: _deadline,
    tolerations: _tolerations,
    schedulingGates: _gates,
    containers: _containers,
    initContainers: _initContainers,
    ...rest
  } = spec;
  const withoutImages = (list: string) =>
    each(spec, list).map(({ image: _image, ...container }) => container);
  const grace = number(before, "terminationGracePeriodSeconds") ?? 0;
  if (grace < 0 && rest["terminationGracePeriodSeconds"] === 1) rest["terminationGracePeriodSeconds"] = grace;
  return {
    ...rest,
    containers: withoutImages("containers"),
    initContainers: withoutImages("initContainers"),
  };
}

const required = "requiredDuringSchedulingIgnoredDuringExecution";

/** While it waits for gates, where a Pod may run can be narrowed; takes that out of `rest`. */
function checkGatedPlacement(spec: Place, before: Fields, rest: Fields): void {
  const selector = spec.at("nodeSelector");
  const isNarrower = Object.entries(at(before, "nodeSelector")).every(
    ([key, value]) => selector.fields[key] === value,
  );
  if (!isNarrower) {
    const why = "only additions to spec.nodeSelector are allowed (no mutations or deletions)";
    selector.invalid(why, selector.value ?? null);
  }
  restore(rest, before, "nodeSelector");
  const affinity = spec.at("affinity");
  checkNodeAffinityKept(affinity.at("nodeAffinity"), at(before, "affinity", "nodeAffinity"));
  const { nodeAffinity: _now, ...others } = affinity.fields;
  const { nodeAffinity: held } = at(before, "affinity");
  const merged = { ...others, ...(held === undefined ? {} : { nodeAffinity: held }) };
  if (Object.keys(merged).length === 0 && before["affinity"] === undefined) delete rest["affinity"];
  else rest["affinity"] = merged;
}

function restore(object: Fields, before: Fields, key: string): void {
  if (before[key] === undefined) delete object[key];
  else object[key] = before[key];
}

function checkNodeAffinityKept(affinity: Place, before: Fields): void {
  const oldTerms = each(at(before, required), "nodeSelectorTerms");
  const terms = affinity.at(required, "nodeSelectorTerms");
  if (oldTerms.length === 0) return;
  if (terms.size !== oldTerms.length) {
    terms.invalid(
      "no additions/deletions to non-empty NodeSelectorTerms list are allowed",
      terms.value ?? null,
    );
    return;
  }
  terms.items().forEach((term, index) => {
    if (!hasOnlyAdditions(term.fields, oldTerms[index] ?? {})) {
      term.invalid("only additions are allowed (no mutations or deletions)");
    }
  });
}

function hasOnlyAdditions(term: Fields, before: Fields): boolean {
  const lists = ["matchExpressions", "matchFields"];
  const wasEmpty = lists.every((list) => each(before, list).length === 0);
  if (wasEmpty) return lists.every((list) => each(term, list).length === 0);
  return lists.every((list) => {
    const held = each(before, list);
    return jsonEqual(each(term, list).slice(0, held.length), held);
  });
}
