import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../status.ts";
import { faultsAt } from "../../validate/place.ts";
import { at, type Fields } from "../fields.ts";
import type { Validations } from "./types.ts";
import { validateRevision, validateRevisionUpdate } from "./workload/controller-revision.ts";
import { countsStatus } from "./workload/counts.ts";
import { checkDaemonSet } from "./workload/daemon-set.ts";
import { checkDeployment, checkReplicaSet } from "./workload/deployment.ts";
import { validateStatefulSet, validateStatefulSetUpdate } from "./workload/stateful-set.ts";
import { ofNamedTemplate, ofTemplate, statefulSetWarnings } from "./workload/warnings.ts";

function keepsSelector(object: Fields, stored: Fields): readonly FieldFault[] {
  const before = at(stored, "spec")["selector"];
  return faultsAt("spec", object["spec"], (spec) =>
    spec.at("selector").isUnchanged(jsonEqual(spec.fields["selector"], before)),
  );
}

/** Source of the rules: Kubernetes' `pkg/apis/apps/validation`. */
export const appsValidations: Validations = {
  Deployment: {
    object: (deployment) => faultsAt("", deployment, checkDeployment),
    update: keepsSelector,
    subresources: {
      status: countsStatus({
        counts: [
          "replicas",
          "updatedReplicas",
          "readyReplicas",
          "availableReplicas",
          "unavailableReplicas",
          "terminatingReplicas",
        ],
        partsOfAll: ["updatedReplicas", "readyReplicas", "availableReplicas"],
        moreAvailable: "readyReplicas",
      }),
    },
    warnings: ofNamedTemplate,
  },
  ReplicaSet: {
    object: (set) => faultsAt("", set, checkReplicaSet),
    update: keepsSelector,
    subresources: {
      status: countsStatus({
        counts: [
          "replicas",
          "fullyLabeledReplicas",
          "readyReplicas",
          "availableReplicas",
          "terminatingReplicas",
        ],
        partsOfAll: ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"],
        moreAvailable: "readyReplicas",
      }),
    },
    warnings: ofNamedTemplate,
  },
  StatefulSet: {
    object: validateStatefulSet,
    update: validateStatefulSetUpdate,
    subresources: {
      status: countsStatus({
        counts: ["replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"],
        partsOfAll: ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"],
        moreAvailable: "status.readyReplicas",
      }),
    },
    warnings: statefulSetWarnings,
  },
  DaemonSet: {
    object: (set) => faultsAt("", set, checkDaemonSet),
    update: keepsSelector,
    subresources: {
      status: countsStatus({
        counts: [
          "currentNumberScheduled",
          "numberMisscheduled",
          "desiredNumberScheduled",
          "numberReady",
          "updatedNumberScheduled",
          "numberAvailable",
          "numberUnavailable",
        ],
      }),
    },
    warnings: ofTemplate,
  },
  ControllerRevision: { object: validateRevision, update: validateRevisionUpdate },
};
