import { results } from "../../../admission/index.ts";
import type { FieldFault } from "../../../status.ts";
import { duplicate, invalidValue, required, tooMany } from "../../../validate/faults.ts";
import { qualifiedName } from "../../../validate/names.ts";
import { type Fields, text } from "../../fields.ts";
import { expressionFaults } from "./expressions.ts";

/** More conditions than this are refused. */
const limit = 64;

/** Everything wrong with the matchConditions of a webhook or a policy. `params`: they may speak of these. */
export function validateMatchConditions(
  conditions: readonly Fields[],
  path: string,
  params: boolean,
): readonly FieldFault[] {
  const names = conditions.map((condition) => text(condition, "name"));
  const place = { params, authorizer: true };
  return [
    ...(conditions.length > limit ? [tooMany(path, conditions.length, limit)] : []),
    ...conditions.flatMap((condition, index) => {
      const at = `${path}[${index}]`;
      const name = names[index] ?? "";
      const expression = text(condition, "expression").trim();
      return [
        ...(expression === ""
          ? [required(`${at}.expression`)]
          : expressionFaults(place, expression, results.condition, `${at}.expression`)),
        ...(name === ""
          ? [required(`${at}.name`)]
          : qualifiedName(name).map((fault) => invalidValue(`${at}.name`, name, fault))),
        ...(name !== "" && names.indexOf(name) !== index ? [duplicate(`${at}.name`, name)] : []),
      ];
    }),
  ];
}
