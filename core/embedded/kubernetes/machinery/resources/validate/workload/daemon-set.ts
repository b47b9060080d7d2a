import type { Place } from "../../../validate/place.ts";
import { validateSelector } from "../../../validate/selector.ts";
import { checkPodTemplate } from "../pod/template.ts";
import { checkCountOrShare, checkNotMoreThanAll, countOf } from "./rolling.ts";
import { checkRunsOn, checkSelected } from "./selection.ts";

/** Checks a DaemonSet. Source: Kubernetes' `pkg/apis/apps/validation`. */
export function checkDaemonSet(set: Place): void {
  const spec = set.at("spec");
  const selector = spec.at("selector");
  const faults = selector.isSet ? validateSelector(selector.fields, selector.path) : [];
  selector.add(faults);
  if (faults.length === 0) checkSelected(spec);
  if (selector.isSet && selector.at("matchLabels").size + selector.at("matchExpressions").size === 0) {
    selector.invalid("empty selector is invalid for daemonset");
  }
  checkPodTemplate(spec.at("template"));
  checkRunsOn(spec.at("template"), "DaemonSet");
  spec.at("minReadySeconds").isAtLeast(0);
  checkStrategy(spec.at("updateStrategy"));
  spec.at("revisionHistoryLimit").isAtLeast(0);
}

function checkStrategy(strategy: Place): void {
  const rolling = strategy.at("rollingUpdate");
  switch (strategy.at("type").text) {
    case "OnDelete":
      break;
    case "RollingUpdate":
      if (rolling.isSet) checkRolling(rolling);
      else rolling.required();
      break;
    default:
      strategy.unsupported(["RollingUpdate", "OnDelete"]);
  }
}

function checkRolling(rolling: Place): void {
  const unavailable = rolling.at("maxUnavailable");
  const surge = rolling.at("maxSurge");
  for (const count of [unavailable, surge]) checkCountOrShare(count);
  for (const count of [unavailable, surge]) checkNotMoreThanAll(count);
  const hasUnavailable = countOf(unavailable) !== 0;
  const hasSurge = countOf(surge) !== 0;
  if (hasUnavailable && hasSurge) surge.invalid("may not be set when maxUnavailable is non-zero");
  if (!hasUnavailable && !hasSurge) unavailable.required("cannot be 0 when maxSurge is 0");
}
