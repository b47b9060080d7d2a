import type { FieldFault } from "../../../status.ts";
import { duplicate, invalidValue, required, tooMany } from "../../../validate/faults.ts";
import { qualifiedName } from "../../../validate/names.ts";
import { type Fields, text } from "../../fields.ts";

/** More conditions than this are refused. */
const limit = 64;

/** Everything wrong with the matchConditions of a webhook or a policy. `hasParams`: they may speak of `params`. */
export function validateMatchConditions(
  conditions: readonly Fields[],
  path: string,
  _hasParams: boolean,
): readonly FieldFault[] {
  const names = conditions.map((condition) => text(condition, "name"));
  return [
    ...(conditions.length > limit ? [tooMany(path, conditions.length, limit)] : []),
    ...conditions.flatMap((condition, index) => {
      const place = `${path}[${index}]`;
      const name = names[index] ?? "";
      return [
        ...(text(condition, "expression").trim() === "" ? [required(`${place}.expression`)] : []),
        ...(name === ""
          ? [required(`${place}.name`)]
          : qualifiedName(name).map((fault) => invalidValue(`${place}.name`, name, fault))),
        ...(name !== "" && names.indexOf(name) !== index ? [duplicate(`${place}.name`, name)] : []),
      ];
    }),
  ];
}
