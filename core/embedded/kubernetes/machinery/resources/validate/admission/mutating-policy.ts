import { type Place, results } from "../../../admission/index.ts";
import type { CelType } from "../../../cel/index.ts";
import type { FieldFault } from "../../../status.ts";
import { invalidValue, required, unsupported } from "../../../validate/faults.ts";
import { at, each, type Fields, text, texts } from "../../fields.ts";
import type { Validation } from "../types.ts";
import { expressionFaults } from "./expressions.ts";
import { choiceFaults, reinvocationPolicies } from "./match.ts";
import { policyFaults } from "./policies.ts";
import { conditionFaults } from "./validating-policy.ts";
import { checkVariables } from "./variables.ts";

/** What can be mutated: not what is deleted. */
const operations = ["*", "CONNECT", "CREATE", "UPDATE"];

/** The field and the result of each type of patch. */
const patches: Readonly<Record<string, { readonly field: string; readonly results: readonly CelType[] }>> = {
  ApplyConfiguration: { field: "applyConfiguration", results: results.configuration },
  JSONPatch: { field: "jsonPatch", results: results.patch },
};

export const mutatingPolicy: Validation = {
  object: (policy, stored) => {
    const spec = at(policy, "spec");
    const place: Place = { params: spec["paramKind"] !== undefined, authorizer: true };
    const { variables, faults } = checkVariables(spec, place);
    const within: Place = { ...place, variables: variables.types, mutates: true };
    const mutations = each(spec, "mutations");
    return [
      ...policyFaults(spec),
      ...operationFaults(spec),
      ...conditionFaults(spec, stored, place),
      ...faults,
      ...(mutations.length === 0
        ? [required("spec.mutations", "mutations must contain at least one item")]
        : mutations.flatMap((item, index) => mutationFaults(item, `spec.mutations[${index}]`, within))),
      ...(text(spec, "reinvocationPolicy") === ""
        ? [required("spec.reinvocationPolicy")]
        : choiceFaults(spec, "reinvocationPolicy", "spec", reinvocationPolicies)),
    ];
  },
};

function operationFaults(spec: Fields): readonly FieldFault[] {
  return each(at(spec, "matchConstraints"), "resourceRules")
    .flatMap((rule) => texts(rule, "operations"))
    .filter((operation) => !operations.includes(operation))
    .map((operation) => unsupported("spec.matchConstraints.resourceRules.operations", operation, operations));
}

function mutationFaults(mutation: Fields, path: string, place: Place): readonly FieldFault[] {
  const type = text(mutation, "patchType");
  if (type === "") return [required(`${path}.patchType`)];
  const patch = patches[type];
  if (patch === undefined) return [unsupported(`${path}.patchType`, type, Object.keys(patches))];
  const { field } = patch;
  const other = field === "jsonPatch" ? "applyConfiguration" : "jsonPatch";
  const expression = text(at(mutation, field), "expression").trim();
  const given = mutation[field] !== undefined;
  return [
    ...(given ? [] : [required(`${path}.${field}`, `must be specified when patchType is ${type}`)]),
    ...(given && expression === "" ? [required(`${path}.${field}.expression`)] : []),
    ...(expression === ""
      ? []
      : expressionFaults(place, expression, patch.results, `${path}.${field}.expression`)),
    ...(mutation[other] === undefined
      ? []
      : [invalidValue(`${path}.${other}`, `{${other}}`, `must not be specified when patchType is ${type}`)]),
  ];
}
