import type { Validations } from "../types.ts";
import { validateLimitRange } from "./limit-range.ts";
import { quotaWarnings, validateQuota, validateQuotaStatus, validateQuotaUpdate } from "./resource-quota.ts";

/** Source of the rules: Kubernetes' `pkg/apis/core/validation`. */
export const quotaValidations: Validations = {
  LimitRange: { object: validateLimitRange },
  ResourceQuota: {
    object: validateQuota,
    update: validateQuotaUpdate,
    subresources: { status: validateQuotaStatus },
    warnings: quotaWarnings,
  },
};
