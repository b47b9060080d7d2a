import {
  type CompiledVariables,
  compileVariables,
  type NamedExpression,
  type Place,
} from "../../../admission/index.ts";
import type { FieldFault } from "../../../status.ts";
import { invalidValue, required } from "../../../validate/faults.ts";
import { each, type Fields, text } from "../../fields.ts";

const reserved = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);

/** The variables of a policy, and everything wrong with them. */
export function checkVariables(
  spec: Fields,
  place: Place,
): { readonly variables: CompiledVariables; readonly faults: readonly FieldFault[] } {
  const list = each(spec, "variables");
  const variables = compileVariables(list as unknown as NamedExpression[], place);
  const faults = list.flatMap((variable, index) => {
    const path = `spec.variables[${index}]`;
    const name = text(variable, "name");
    const expression = text(variable, "expression");
    const program = variables.programs.get(name);
    return [
      ...nameFaults(name, `${path}.name`),
      ...(expression.trim() === ""
        ? [required(`${path}.expression`, "expression is not specified")]
        : program !== undefined && "unusable" in program
          ? [invalidValue(`${path}.expression`, expression, program.unusable)]
          : []),
    ];
  });
  return { variables, faults };
}

function nameFaults(name: string, path: string): readonly FieldFault[] {
  if (name.trim() === "") return [required(path, "name is not specified")];
  if (/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) && !reserved.has(name)) return [];
  return [invalidValue(path, name, "must be a valid CEL identifier")];
}
