import type { Validations } from "../types.ts";
import { validateEphemeralContainers } from "./ephemeral.ts";
import { validatePod } from "./pod.ts";
import { validateResize } from "./resize.ts";
import { validatePodStatus } from "./status.ts";
import { validatePodUpdate } from "./update.ts";
import { podStatusWarnings, podWarnings } from "./warnings.ts";

/** Source of the rules: Kubernetes' `pkg/apis/core/validation`. */
export const podValidations: Validations = {
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
};
