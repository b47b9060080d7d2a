import { faultsAt } from "../../../validate/place.ts";
import { at } from "../../fields.ts";
import { checkPodTemplate } from "../pod/template.ts";
import { templateWarnings } from "../pod/warnings.ts";
import type { Validations } from "../types.ts";
import { countsStatus } from "./counts.ts";
import { checkReplicationController } from "./replication-controller.ts";
import { isNewGeneration, ofNamedTemplate } from "./warnings.ts";

/** Source of the rules: Kubernetes' `pkg/apis/core/validation`. */
export const workloadValidations: Validations = {
  PodTemplate: {
    object: (template) => faultsAt("template", template["template"], checkPodTemplate),
    warnings: (template, stored) =>
      isNewGeneration(template, stored) ? templateWarnings(at(template, "template"), "template") : [],
  },
  ReplicationController: {
    object: (controller) => faultsAt("", controller, checkReplicationController),
    subresources: {
      status: countsStatus({
        counts: ["replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas"],
        partsOfAll: ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"],
        moreAvailable: "readyReplicas",
      }),
    },
    // Upstream looks at the template that is replaced.
    warnings: (controller, stored) =>
      isNewGeneration(controller, stored) ? ofNamedTemplate(stored ?? controller, undefined) : [],
  },
};
