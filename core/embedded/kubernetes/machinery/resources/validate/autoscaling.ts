import { parseQuantity } from "@catalyst/base/quantity";
import type { FieldFault } from "../../status.ts";
import { forbidden, invalidValue, required, unsupported } from "../../validate/faults.ts";
import { toNewerAutoscaler } from "../convert/autoscaler.ts";
import { at, each, type Fields, number, text } from "../fields.ts";
import { atLeast, notNegative } from "./checks.ts";
import { validateMetric } from "./metric.ts";
import { type ReferenceRules, validateReference, versionProblem } from "./reference.ts";
import type { Validations } from "./types.ts";

function targetRules(spec: Fields, stored: Fields | undefined): ReferenceRules {
  const target = at(spec, "scaleTargetRef");
  const before = at(stored, "spec", "scaleTargetRef");
  const same =
    stored !== undefined && ["apiVersion", "kind"].every((key) => text(target, key) === text(before, key));
  return { anyVersion: same, emptyGroup: !same && target["kind"] === "ReplicationController" };
}

function metricRules(stored: Fields | undefined): ReferenceRules {
  const invalid = each(at(stored, "spec"), "metrics").some((metric) => {
    const described = at(metric, "object", "describedObject");
    return metric["type"] === "Object" && versionProblem(text(described, "apiVersion"), true) !== undefined;
  });
  return { anyVersion: invalid, emptyGroup: true };
}

function validateAutoscaler(autoscaler: Fields, stored: Fields | undefined): readonly FieldFault[] {
  const spec = at(autoscaler, "spec");
  const minimum = number(spec, "minReplicas");
  const maximum = number(spec, "maxReplicas") ?? 0;
  const lowest = stored !== undefined && number(at(stored, "spec"), "minReplicas") === 0 ? 0 : 1;
  const faults = [...atLeast(spec, "minReplicas", lowest, "spec")];
  if (maximum === 0) faults.push(required("spec.maxReplicas", "must be set and greater than 0"));
  else if (maximum < 0)
    faults.push(invalidValue("spec.maxReplicas", maximum, "must be greater than or equal to 1"));
  if (minimum !== undefined && maximum < minimum)
    faults.push(invalidValue("spec.maxReplicas", maximum, "must be greater than or equal to `minReplicas`"));
  faults.push(
    ...validateReference(at(spec, "scaleTargetRef"), "spec.scaleTargetRef", targetRules(spec, stored)),
  );
  const metrics = each(spec, "metrics");
  const rules = metricRules(stored);
  metrics.forEach((metric, index) => {
    faults.push(...validateMetric(metric, `spec.metrics[${index}]`, rules));
  });
  const scalesFromZero = metrics.some(({ type }) => type === "Object" || type === "External");
  if (minimum === 0 && !scalesFromZero) {
    const why = "must specify at least one Object or External metric to support scaling to zero replicas";
    faults.push(forbidden("spec.metrics", why));
  }
  return [...faults, ...validateBehavior(spec)];
}

function validateBehavior(spec: Fields): readonly FieldFault[] {
  const behavior = at(spec, "behavior");
  return ["scaleUp", "scaleDown"].flatMap((way) =>
    behavior[way] === undefined ? [] : validateScaling(at(behavior, way), `spec.behavior.${way}`),
  );
}

const longestWindow = 3600;
const longestPeriod = 1800;
const selectPolicies = ["Disabled", "Max", "Min"];

function validateScaling(rules: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const window = number(rules, "stabilizationWindowSeconds") ?? 0;
  const refuse = (why: string) =>
    faults.push(invalidValue(`${path}.stabilizationWindowSeconds`, window, why));
  if (window < 0) refuse("must be greater than or equal to zero");
  if (window > longestWindow) refuse(`must be less than or equal to ${longestWindow}`);
  const { selectPolicy } = rules;
  if (selectPolicy !== undefined && !selectPolicies.includes(String(selectPolicy)))
    faults.push(unsupported(`${path}.selectPolicy`, selectPolicy, selectPolicies));
  const policies = each(rules, "policies");
  if (policies.length === 0) faults.push(required(`${path}.policies`, "must specify at least one Policy"));
  policies.forEach((policy, index) => {
    faults.push(...validateScalingPolicy(policy, `${path}.policies[${index}]`));
  });
  const tolerance = text(rules, "tolerance");
  if ((parseQuantity(tolerance)?.nanos ?? 0n) < 0n)
    faults.push(invalidValue(`${path}.tolerance`, tolerance, "must be greater than or equal to 0"));
  return faults;
}

function validateScalingPolicy(policy: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const type = text(policy, "type");
  if (type !== "Pods" && type !== "Percent")
    faults.push(unsupported(`${path}.type`, type, ["Percent", "Pods"]));
  const value = number(policy, "value") ?? 0;
  const period = number(policy, "periodSeconds") ?? 0;
  if (value <= 0) faults.push(invalidValue(`${path}.value`, value, "must be greater than zero"));
  if (period <= 0) faults.push(invalidValue(`${path}.periodSeconds`, period, "must be greater than zero"));
  if (period > longestPeriod) {
    const why = `must be less than or equal to ${longestPeriod}`;
    faults.push(invalidValue(`${path}.periodSeconds`, period, why));
  }
  return faults;
}

/** What is wrong is said of the newer version, whichever was sent. */
function newer(autoscaler: Fields): Fields {
  return autoscaler["apiVersion"] === "autoscaling/v1" ? toNewerAutoscaler(autoscaler) : autoscaler;
}

/** Source: Kubernetes' `pkg/apis/autoscaling/validation`. */
export const autoscalingValidations: Validations = {
  HorizontalPodAutoscaler: {
    object: (autoscaler, stored) =>
      validateAutoscaler(newer(autoscaler), stored === undefined ? undefined : newer(stored)),
    subresources: {
      status: (autoscaler) => {
        const status = at(autoscaler, "status");
        return ["currentReplicas", "desiredReplicas"].flatMap((key) => notNegative(status, key, "status"));
      },
    },
  },
};
