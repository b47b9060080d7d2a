import type { Validations } from "../types.ts";
import { validateEndpoints } from "./endpoints.ts";
import { validateService, validateServiceStatus, validateServiceUpdate } from "./service.ts";
import { balancerWarnings, endpointsWarnings, serviceWarnings } from "./warnings.ts";

/** Source of the rules: Kubernetes' `pkg/apis/core/validation`. */
export const serviceValidations: Validations = {
  Service: {
    object: validateService,
    update: validateServiceUpdate,
    subresources: { status: validateServiceStatus },
    warnings: serviceWarnings,
    statusWarnings: balancerWarnings,
  },
  Endpoints: { object: validateEndpoints, warnings: endpointsWarnings },
};
