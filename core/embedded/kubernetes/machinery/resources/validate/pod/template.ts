import { validateAnnotations, validateLabels } from "../../../validate/metadata.ts";
import type { Place } from "../../../validate/place.ts";
import { checkPodAnnotations, checkProfilesAgree } from "./annotations.ts";
import { checkPodSpec } from "./spec.ts";

/** Checks what Pods are made from. */
export function checkPodTemplate(template: Place): void {
  const metadata = template.at("metadata");
  const spec = template.at("spec");
  // Upstream leaves `metadata` out of these paths.
  const annotations = template.called("annotations", metadata.at("annotations").value);
  template.add(validateLabels(metadata.at("labels").fields, `${template.path}.labels`));
  template.add(validateAnnotations(annotations.fields, annotations.path));
  checkPodAnnotations(annotations, spec);
  checkPodSpec(spec, "template");
  checkProfilesAgree(annotations, spec);
  if (spec.at("ephemeralContainers").size > 0) {
    spec.at("ephemeralContainers").forbidden("ephemeral containers not allowed in pod template");
  }
}
