import type { Place } from "../../../validate/place.ts";
import { checkPodTemplate } from "../pod/template.ts";
import { checkCountOrShare, checkNotMoreThanAll, countOf } from "./rolling.ts";
import { checkRunsOn, checkSelected, checkSelector } from "./selection.ts";

/** Checks a Deployment. Source: Kubernetes' `pkg/apis/apps/validation`. */
export function checkDeployment(deployment: Place): void {
  const spec = deployment.at("spec");
  checkReplicas(spec);
  checkStrategy(spec.at("strategy"));
  spec.at("revisionHistoryLimit").isAtLeast(0);
  const deadline = spec.at("progressDeadlineSeconds");
  if (!deadline.isSet) return;
  deadline.isAtLeast(0);
  if (deadline.number <= spec.at("minReadySeconds").number) {
    deadline.invalid("must be greater than minReadySeconds");
  }
}

/** Checks a ReplicaSet. */
export function checkReplicaSet(set: Place): void {
  checkReplicas(set.at("spec"));
}

/** Upstream calls both by the name of the larger one. */
const words = { noun: "deployment", unusable: "invalid label selector" };

function checkReplicas(spec: Place): void {
  spec.at("replicas").isAtLeast(0);
  spec.at("minReadySeconds").isAtLeast(0);
  if (!checkSelector(spec, words)) return;
  checkSelected(spec);
  checkPodTemplate(spec.at("template"));
  checkRunsOn(spec.at("template"), "ReplicaSet");
}

function checkStrategy(strategy: Place): void {
  const rolling = strategy.at("rollingUpdate");
  switch (strategy.at("type").text) {
    case "Recreate":
      if (rolling.isSet) rolling.forbidden("may not be specified when strategy `type` is 'Recreate'");
      break;
    case "RollingUpdate":
      if (rolling.isSet) checkRolling(rolling);
      else rolling.required("this should be defaulted and never be nil");
      break;
    default:
      // Shown as upstream holds it.
      strategy.unsupported(["Recreate", "RollingUpdate"], {
        Type: strategy.at("type").value,
        RollingUpdate: rolling.value ?? null,
      });
  }
}

function checkRolling(rolling: Place): void {
  const unavailable = rolling.at("maxUnavailable");
  const surge = rolling.at("maxSurge");
  checkCountOrShare(unavailable);
  checkCountOrShare(surge);
  if (countOf(unavailable) === 0 && countOf(surge) === 0) {
    unavailable.invalid("may not be 0 when `maxSurge` is 0");
  }
  checkNotMoreThanAll(unavailable);
}
