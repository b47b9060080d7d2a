import type { Validations } from "../types.ts";
import { validateConfigMap, validateConfigMapUpdate } from "./config-map.ts";
import { secretWarnings, validateSecret, validateSecretUpdate } from "./secret.ts";

/** Source of the rules: Kubernetes' `pkg/apis/core/validation`. */
export const configurationValidations: Validations = {
  ConfigMap: { object: validateConfigMap, update: validateConfigMapUpdate },
  Secret: { object: validateSecret, update: validateSecretUpdate, warnings: secretWarnings },
};
