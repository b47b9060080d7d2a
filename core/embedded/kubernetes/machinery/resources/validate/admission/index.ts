import type { Validations } from "../types.ts";
import { mutatingPolicy } from "./mutating-policy.ts";
import { mutatingBinding, validatingBinding } from "./policies.ts";
import { validatingPolicy } from "./validating-policy.ts";
import { webhookConfiguration } from "./webhooks.ts";

export const admissionValidations: Validations = {
  ValidatingWebhookConfiguration: webhookConfiguration,
  MutatingWebhookConfiguration: webhookConfiguration,
  ValidatingAdmissionPolicy: validatingPolicy,
  MutatingAdmissionPolicy: mutatingPolicy,
  ValidatingAdmissionPolicyBinding: validatingBinding,
  MutatingAdmissionPolicyBinding: mutatingBinding,
};
