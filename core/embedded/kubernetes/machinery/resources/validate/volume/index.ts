import { faultsAt } from "../../../validate/place.ts";
import type { Validations } from "../types.ts";
import { checkClaimSpec } from "./claim.ts";
import { validateClaimStatus, validateClaimUpdate } from "./claim-update.ts";
import { validateVolume, validateVolumeUpdate } from "./persistent-volume.ts";
import { claimWarnings, volumeWarnings } from "./warnings.ts";

/** Source of the rules: Kubernetes' `pkg/apis/core/validation`. */
export const volumeValidations: Validations = {
  PersistentVolumeClaim: {
    object: (claim) => faultsAt("spec", claim["spec"], checkClaimSpec),
    update: validateClaimUpdate,
    subresources: { status: validateClaimStatus },
    warnings: claimWarnings,
  },
  PersistentVolume: { object: validateVolume, update: validateVolumeUpdate, warnings: volumeWarnings },
};
