import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../status.ts";
import { forbidden } from "../../validate/faults.ts";
import { at, each, type Fields } from "../fields.ts";

const message =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/** A Pod's spec is fixed, but for images, a shorter deadline and more tolerations. */
export function validatePodUpdate(pod: Fields, stored: Fields): readonly FieldFault[] {
  const spec = at(pod, "spec");
  const before = at(stored, "spec");
  if (jsonEqual(spec, before)) return [];
  const same = jsonEqual(fixedPart(spec), fixedPart(before));
  const tolerations = each(spec, "tolerations");
  const kept = each(before, "tolerations").every((toleration) =>
    tolerations.some((other) => jsonEqual(toleration, other)),
  );
  return same && kept ? [] : [forbidden("spec", message)];
}

/** The spec without what may change; a scheduling gate may only go. */
function fixedPart(spec: Fields): Fields {
  const {
    activeDeadlineSeconds: _deadline,
    tolerations: _tolerations,
    schedulingGates: _gates,
    ...rest
  } = spec;
  const withoutImages = (list: string) =>
    each(spec, list).map(({ image: _image, ...container }) => container);
  return {
    ...rest,
    containers: withoutImages("containers"),
    initContainers: withoutImages("initContainers"),
  };
}
