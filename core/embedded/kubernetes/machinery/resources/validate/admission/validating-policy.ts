import { jsonEqual } from "@catalyst/base/json";
import { type Place, results } from "../../../admission/index.ts";
import type { FieldFault } from "../../../status.ts";
import { duplicate, invalidValue, required, unsupported } from "../../../validate/faults.ts";
import { qualifiedName } from "../../../validate/names.ts";
import { at, each, type Fields, text } from "../../fields.ts";
import type { Validation } from "../types.ts";
import { expressionFaults } from "./expressions.ts";
import { validateMatchConditions } from "./match-conditions.ts";
import { policyFaults } from "./policies.ts";
import { checkVariables } from "./variables.ts";

const maxAnnotations = 20;
/** Longest expression of an annotation, in characters: its value may be twice as long. */
const maxAnnotationExpression = 5 * 1024;
const reasons = ["Forbidden", "Invalid", "RequestEntityTooLarge"];
const oneNeeded = "validations or auditAnnotations must contain at least one item";

export const validatingPolicy: Validation = {
  object: (policy, stored) => {
    const spec = at(policy, "spec");
    const place: Place = { params: spec["paramKind"] !== undefined, authorizer: true };
    const { variables, faults } = checkVariables(spec, place);
    // Upstream knows `variables` only where there are some.
    const within = variables.types.size === 0 ? place : { ...place, variables: variables.types };
    return [
      ...policyFaults(spec),
      ...conditionFaults(spec, stored, place),
      ...faults,
      ...contentFaults(spec, text(at(policy, "metadata"), "name"), within),
    ];
  },
  subresources: {
    status: (policy) => statusFaults(at(policy, "status")),
  },
};

/**
 * What is wrong with a policy's matchConditions; those that are stored like this already aren't looked at
 * again.
 */
export function conditionFaults(
  spec: Fields,
  stored: Fields | undefined,
  { params }: Place,
): readonly FieldFault[] {
  const before = at(stored, "spec");
  const same = ["paramKind", "matchConditions"].every((key) => jsonEqual(spec[key], before[key]));
  if (stored !== undefined && same) return [];
  return validateMatchConditions(each(spec, "matchConditions"), "spec.matchConditions", params);
}

function contentFaults(spec: Fields, name: string, place: Place): readonly FieldFault[] {
  const validations = each(spec, "validations");
  const annotations = each(spec, "auditAnnotations");
  if (validations.length === 0 && annotations.length === 0) {
    return ["validations", "auditAnnotations"].map((key) => required(`spec.${key}`, oneNeeded));
  }
  const keys = annotations.map((annotation) => text(annotation, "key"));
  return [
    ...validations.flatMap((item, index) => validationFaults(item, `spec.validations[${index}]`, place)),
    ...(annotations.length > maxAnnotations
      ? [
          invalidValue(
            "spec.auditAnnotations",
            annotations,
            `must not have more than ${maxAnnotations} auditAnnotations`,
          ),
        ]
      : []),
    ...annotations.flatMap((item, index) => {
      const path = `spec.auditAnnotations[${index}]`;
      const repeated = keys.indexOf(keys[index] as string) !== index;
      return [
        ...annotationFaults(item, name, path, place),
        ...(repeated ? [duplicate(`${path}.key`, keys[index])] : []),
      ];
    }),
  ];
}

function validationFaults(validation: Fields, path: string, place: Place): readonly FieldFault[] {
  const expression = text(validation, "expression");
  const reason = validation["reason"];
  return [
    ...(expression.trim() === ""
      ? [required(`${path}.expression`, "expression is not specified")]
      : expressionFaults(place, expression, results.validation, `${path}.expression`)),
    ...messageExpressionFaults(text(validation, "messageExpression"), `${path}.messageExpression`, place),
    ...messageFaults(text(validation, "message"), `${path}.message`),
    ...(reason === undefined || reasons.includes(String(reason))
      ? []
      : [unsupported(`${path}.reason`, reason, reasons)]),
  ];
}

function messageExpressionFaults(expression: string, path: string, place: Place): readonly FieldFault[] {
  if (expression === "") return [];
  if (expression.trim() === "") return [invalidValue(path, expression, "must be non-empty if specified")];
  return expressionFaults({ ...place, authorizer: false }, expression, results.message, path);
}

function messageFaults(message: string, path: string): readonly FieldFault[] {
  if (message === "") return [];
  if (message.trim() === "") return [invalidValue(path, message, "must be non-empty if specified")];
  return /[\n\r]/.test(message.trim()) ? [invalidValue(path, message, "must not contain line breaks")] : [];
}

function annotationFaults(
  annotation: Fields,
  policy: string,
  path: string,
  place: Place,
): readonly FieldFault[] {
  const key = text(annotation, "key");
  const whole = `${policy}/${key}`;
  const expression = text(annotation, "valueExpression");
  const value = `${path}.valueExpression`;
  return [
    ...(policy === ""
      ? [invalidValue(`${path}.key`, key, "requires metadata.name be non-empty")]
      : qualifiedName(whole).map((fault) => invalidValue(`${path}.key`, whole, fault))),
    ...(expression.trim() === ""
      ? [required(value, "valueExpression is not specified")]
      : expression.trim().length > maxAnnotationExpression
        ? [required(value, `must not exceed ${maxAnnotationExpression} bytes in length`)]
        : expressionFaults(place, expression, results.annotation, value)),
  ];
}

function statusFaults(status: Fields): readonly FieldFault[] {
  return each(at(status, "typeChecking"), "expressionWarnings").flatMap((warning, index) =>
    ["warning", "fieldRef"]
      .filter((key) => text(warning, key).trim() === "")
      .map((key) => required(`status.typeChecking.expressionWarnings[${index}].${key}`)),
  );
}
