import { labelSelectorOf } from "../../../select/label-selector.ts";
import type { Place } from "../../../validate/place.ts";
import { validateSelector } from "../../../validate/selector.ts";
import { textMap } from "../../fields.ts";

/** How kinds differ in what they say of a selector. */
interface SelectorWords {
  /** In "empty selector is invalid for …". */
  readonly noun: string;
  /** Said of a selector that can't be used at all. */
  readonly unusable: string;
}

/** Checks that a selector is there and says something; tells whether it can be used. */
export function checkSelector(spec: Place, { noun, unusable }: SelectorWords): boolean {
  const selector = spec.at("selector");
  if (!selector.isSet) {
    selector.required();
    return true;
  }
  const faults = validateSelector(selector.fields, selector.path);
  selector.add(faults);
  if (selector.at("matchLabels").size + selector.at("matchExpressions").size === 0) {
    selector.invalid(`empty selector is invalid for ${noun}`);
  }
  if (faults.length > 0) selector.invalid(unusable);
  return faults.length === 0;
}

/** Checks that Pods of the template are selected; an empty selector, which selects all, is told of elsewhere. */
export function checkSelected(spec: Place): void {
  const selector = labelSelectorOf(spec.at("selector").value);
  const labels = spec.at("template", "metadata", "labels");
  if (selector.matches(textMap(spec.at("template", "metadata").fields, "labels"))) return;
  labels.invalid("`selector` does not match template `labels`", labels.size === 0 ? null : labels.value);
}

/** Checks that a workload's Pods run for good: always restarted, without a deadline; `kind` names it. */
export function checkRunsOn(template: Place, kind: string): void {
  const restart = template.at("spec", "restartPolicy");
  if (restart.text !== "Always") restart.unsupported(["Always"], restart.text);
  const deadline = template.at("spec", "activeDeadlineSeconds");
  if (deadline.isSet) deadline.forbidden(`activeDeadlineSeconds in ${kind} is not Supported`);
}
