import type { FieldFault } from "../../../status.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import { at, type Fields, text } from "../../fields.ts";
import { checkPodAnnotations, checkProfilesAgree, mirrorAnnotation } from "./annotations.ts";
import { checkTrimmedImage } from "./container.ts";
import { checkPodSpec } from "./spec.ts";

/** Everything wrong with a Pod; `stored` is what an update replaces. */
export function validatePod(pod: Fields, stored: Fields | undefined): readonly FieldFault[] {
  return faultsAt("", pod, checkPod, stored === undefined ? checkNewPod : () => undefined);
}

/** Checks what a Pod must be at all times. */
export function checkPod(pod: Place): void {
  const spec = pod.at("spec");
  const annotations = pod.at("metadata", "annotations");
  checkPodAnnotations(annotations, spec);
  const podName = text(at(pod.value, "metadata"), "name");
  checkPodSpec(spec, { podName, isMirror: annotations.entry(mirrorAnnotation).isSet });
  if (spec.at("serviceAccountName").text === "") checkTokens(spec);
  for (const list of ["containers", "initContainers"]) {
    for (const container of spec.at(list).items()) checkTrimmedImage(container);
  }
}

/** There is no token without an account. */
function checkTokens(spec: Place): void {
  for (const volume of spec.at("volumes").items()) {
    for (const source of volume.at("projected", "sources").items()) {
      const token = source.at("serviceAccountToken");
      if (token.isSet) token.forbidden("must not be specified when serviceAccountName is not set");
    }
  }
}

function checkNewPod(pod: Place): void {
  const spec = pod.at("spec");
  if (spec.at("ephemeralContainers").size > 0) {
    spec.at("ephemeralContainers").forbidden("cannot be set on create");
  }
  if (spec.at("nodeName").text !== "" && spec.at("schedulingGates").size > 0) {
    spec.at("nodeName").forbidden("cannot be set until all schedulingGates have been cleared");
  }
  checkProfilesAgree(pod.at("metadata", "annotations"), spec);
}
