import { isObject } from "@catalyst/base/json";
import type { FieldFault } from "../machinery/index.ts";
import { labelValue, qualifiedName } from "../machinery/validate/names.ts";
import type { Fields } from "./review.ts";

/** The faults of a review's selectors (authorization/v1 FieldSelectorAttributes, LabelSelectorAttributes). */
export function selectorFaults(asked: Fields): readonly FieldFault[] {
  return (["fieldSelector", "labelSelector"] as const).flatMap((name) => {
    const selector = asked[name];
    return isObject(selector) ? faultsOf(selector, `spec.resourceAttributes.${name}`, name) : [];
  });
}

function faultsOf(selector: Fields, field: string, name: string): readonly FieldFault[] {
  const raw = typeof selector["rawSelector"] === "string" ? selector["rawSelector"] : "";
  const requirements = Array.isArray(selector["requirements"]) ? selector["requirements"] : [];
  const faults: FieldFault[] = [];
  if (raw !== "" && requirements.length > 0) {
    const why = "may not specified at the same time as requirements";
    faults.push(invalidValue(`${field}.rawSelector`, raw, why));
  }
  if (raw === "" && requirements.length === 0) {
    const why = `when ${field} is specified, requirements or rawSelector is required`;
    faults.push(required(`${field}.requirements`, why));
  }
  return [
    ...faults,
    ...requirements.flatMap((requirement, index) =>
      requirementFaults(requirement, `${field}.requirements[${index}]`, name === "labelSelector"),
    ),
  ];
}

/** An operator this server doesn't know is let pass: a newer client may. */
function requirementFaults(value: unknown, field: string, ofLabels: boolean): readonly FieldFault[] {
  const requirement = isObject(value) ? value : {};
  const key = String(requirement["key"] ?? "");
  const values = Array.isArray(requirement["values"]) ? requirement["values"].map(String) : [];
  const ofKey = ofLabels
    ? qualifiedName(key).map((why) => invalidValue(`${field}.key`, key, why))
    : key === ""
      ? [required(`${field}.key`, "must be specified")]
      : [];
  const ofValues = valuesFaults(String(requirement["operator"] ?? ""), values, `${field}.values`);
  const eachValue = ofLabels
    ? values.flatMap((text, index) =>
        labelValue(text).map((why) => invalidValue(`${field}.values[${index}]`, text, why)),
      )
    : [];
  return ofLabels ? [...ofValues, ...ofKey, ...eachValue] : [...ofKey, ...ofValues];
}

function valuesFaults(operator: string, values: readonly string[], field: string): readonly FieldFault[] {
  if (["In", "NotIn"].includes(operator) && values.length === 0) {
    return [required(field, "must be specified when `operator` is 'In' or 'NotIn'")];
  }
  if (["Exists", "DoesNotExist"].includes(operator) && values.length > 0) {
    const message = "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    return [{ reason: "FieldValueForbidden", message, field }];
  }
  return [];
}

function required(field: string, why: string): FieldFault {
  return { reason: "FieldValueRequired", message: `Required value: ${why}`, field };
}

function invalidValue(field: string, value: string, why: string): FieldFault {
  return {
    reason: "FieldValueInvalid",
    message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
    field,
  };
}
