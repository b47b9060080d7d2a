import type { Place } from "../../../validate/place.ts";
import { textMap } from "../../fields.ts";
import { checkPodTemplate } from "../pod/template.ts";
import { checkRunsOn } from "./selection.ts";

/** Checks a ReplicationController, whose selector is a plain map of labels. */
export function checkReplicationController(controller: Place): void {
  const spec = controller.at("spec");
  const selector = spec.at("selector");
  const template = spec.at("template");
  spec.at("minReadySeconds").isAtLeast(0);
  spec.at("replicas").isAtLeast(0);
  if (selector.size === 0) selector.required();
  if (!template.isSet) {
    template.required();
    return;
  }
  const labels = template.at("metadata", "labels");
  const own = textMap(template.at("metadata").fields, "labels");
  if (Object.entries(selector.fields).some(([key, value]) => own[key] !== value)) {
    labels.invalid("`selector` does not match template `labels`", labels.size === 0 ? null : labels.value);
  }
  checkPodTemplate(template);
  checkRunsOn(template, "ReplicationController");
}
