import { faultsAt } from "../../validate/place.ts";
import { at } from "../fields.ts";
import { validateEvent } from "./cluster/event.ts";
import {
  validateNamespace,
  validateNamespaceFinalizers,
  validateNamespaceStatus,
} from "./cluster/namespace.ts";
import { nodeWarnings, validateNode, validateNodeUpdate } from "./cluster/node.ts";
import { validateConfigMap, validateConfigMapUpdate } from "./configuration/config-map.ts";
import { secretWarnings, validateSecret, validateSecretUpdate } from "./configuration/secret.ts";
import { validateEphemeralContainers } from "./pod/ephemeral.ts";
import { validatePod } from "./pod/pod.ts";
import { validateResize } from "./pod/resize.ts";
import { validatePodStatus } from "./pod/status.ts";
import { checkPodTemplate } from "./pod/template.ts";
import { validatePodUpdate } from "./pod/update.ts";
import { podStatusWarnings, podWarnings, templateWarnings } from "./pod/warnings.ts";
import { validateLimitRange } from "./quota/limit-range.ts";
import {
  quotaWarnings,
  validateQuota,
  validateQuotaStatus,
  validateQuotaUpdate,
} from "./quota/resource-quota.ts";
import { validateEndpoints } from "./service/endpoints.ts";
import { validateService, validateServiceStatus, validateServiceUpdate } from "./service/service.ts";
import { balancerWarnings, endpointsWarnings, serviceWarnings } from "./service/warnings.ts";
import type { Validations } from "./types.ts";
import { checkClaimSpec } from "./volume/claim.ts";
import { validateClaimStatus, validateClaimUpdate } from "./volume/claim-update.ts";
import { validateVolume, validateVolumeUpdate } from "./volume/persistent-volume.ts";
import { claimWarnings, volumeWarnings } from "./volume/warnings.ts";
import { countsStatus } from "./workload/counts.ts";
import { checkReplicationController } from "./workload/replication-controller.ts";
import { isNewGeneration, ofNamedTemplate } from "./workload/warnings.ts";

/** Source of the rules: Kubernetes' `pkg/apis/core/validation`. */
export const coreValidations: Validations = {
  Pod: {
    object: validatePod,
    update: validatePodUpdate,
    subresources: {
      status: validatePodStatus,
      ephemeralcontainers: validateEphemeralContainers,
      resize: validateResize,
    },
    warnings: podWarnings,
    statusWarnings: podStatusWarnings,
  },
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
  Service: {
    object: validateService,
    update: validateServiceUpdate,
    subresources: { status: validateServiceStatus },
    warnings: serviceWarnings,
    statusWarnings: balancerWarnings,
  },
  Endpoints: { object: validateEndpoints, warnings: endpointsWarnings },
  ConfigMap: { object: validateConfigMap, update: validateConfigMapUpdate },
  Secret: { object: validateSecret, update: validateSecretUpdate, warnings: secretWarnings },
  PersistentVolumeClaim: {
    object: (claim) => faultsAt("spec", claim["spec"], checkClaimSpec),
    update: validateClaimUpdate,
    subresources: { status: validateClaimStatus },
    warnings: claimWarnings,
  },
  PersistentVolume: { object: validateVolume, update: validateVolumeUpdate, warnings: volumeWarnings },
  Namespace: {
    object: validateNamespace,
    subresources: { status: validateNamespaceStatus, finalize: validateNamespaceFinalizers },
  },
  Node: {
    object: validateNode,
    update: validateNodeUpdate,
    subresources: { status: validateNodeUpdate },
    warnings: nodeWarnings,
  },
  LimitRange: { object: validateLimitRange },
  ResourceQuota: {
    object: validateQuota,
    update: validateQuotaUpdate,
    subresources: { status: validateQuotaStatus },
    warnings: quotaWarnings,
  },
  Event: { object: validateEvent },
};
