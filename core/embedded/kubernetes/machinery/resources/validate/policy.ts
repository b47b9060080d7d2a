import type { FieldFault } from "../../status.ts";
import { invalidValue, unsupported } from "../../validate/faults.ts";
import { validateSelector } from "../../validate/selector.ts";
import { at, type Fields } from "../fields.ts";
import { notNegative } from "./checks.ts";
import { validateConditions } from "./conditions.ts";
import type { Validations } from "./types.ts";

const evictionPolicies = ["AlwaysAllow", "IfHealthyBudget"];

function validateBudget(budget: Fields): readonly FieldFault[] {
  const spec = at(budget, "spec");
  const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy: policy } = spec;
  const faults: FieldFault[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const shown = {
      MinAvailable: minAvailable,
      Selector: spec["selector"] ?? null,
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: policy ?? null,
    };
    faults.push(invalidValue("spec", shown, "minAvailable and maxUnavailable cannot be both set"));
  }
  faults.push(...validateShare(minAvailable, "spec.minAvailable"));
  faults.push(...validateShare(maxUnavailable, "spec.maxUnavailable"));
  if (spec["selector"] !== undefined) faults.push(...validateSelector(at(spec, "selector"), "spec.selector"));
  if (policy !== undefined && !evictionPolicies.includes(String(policy)))
    faults.push(unsupported("spec.unhealthyPodEvictionPolicy", policy, evictionPolicies));
  return faults;
}

const percent = "[0-9]+%";
const percentMessage = `a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '${percent}')`;

/** A number of Pods, or a part of all in percent. */
function validateShare(value: unknown, field: string): readonly FieldFault[] {
  if (typeof value === "number")
    return value < 0 ? [invalidValue(field, value, "must be greater than or equal to 0")] : [];
  if (typeof value !== "string") return [];
  if (!new RegExp(`^${percent}$`).test(value)) return [invalidValue(field, value, percentMessage)];
  return Number.parseInt(value, 10) > 100
    ? [invalidValue(field, value, "must not be greater than 100%")]
    : [];
}

function validateBudgetStatus(budget: Fields): readonly FieldFault[] {
  const status = at(budget, "status");
  const counts = ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"];
  return [
    ...validateConditions(status, "status.conditions"),
    ...counts.flatMap((key) => notNegative(status, key, "status")),
  ];
}

/** Source: Kubernetes' `pkg/apis/policy/validation`. */
export const policyValidations: Validations = {
  PodDisruptionBudget: { object: validateBudget, subresources: { status: validateBudgetStatus } },
};
