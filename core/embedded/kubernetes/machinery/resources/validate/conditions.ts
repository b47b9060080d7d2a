import type { FieldFault } from "../../status.ts";
import { duplicate, invalidValue, required, tooLong, unsupported } from "../../validate/faults.ts";
import { qualifiedName } from "../../validate/names.ts";
import { each, type Fields, number, text } from "../fields.ts";
import { byRule } from "./checks.ts";

const statuses = ["False", "True", "Unknown"];
const reason = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?";
const reasonPattern = new RegExp(`^${reason}$`);
const reasonMessage = `a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '${reason}')`;
const longestReason = 1024;
const longestMessage = 32 * 1024;

/** Everything wrong with the conditions (meta/v1) of a status. */
export function validateConditions(status: Fields, path: string): readonly FieldFault[] {
  const types = new Set<string>();
  return each(status, "conditions").flatMap((condition, index) => {
    const type = text(condition, "type");
    const repeated = types.has(type) ? [duplicate(`${path}[${index}].type`, type)] : [];
    types.add(type);
    return [...repeated, ...validateCondition(condition, `${path}[${index}]`)];
  });
}

function validateCondition(condition: Fields, path: string): readonly FieldFault[] {
  const faults = [...byRule(qualifiedName, text(condition, "type"), `${path}.type`)];
  const status = text(condition, "status");
  if (!statuses.includes(status)) faults.push(unsupported(`${path}.status`, status, statuses));
  const generation = number(condition, "observedGeneration") ?? 0;
  if (generation < 0) {
    const why = "must be greater than or equal to zero";
    faults.push(invalidValue(`${path}.observedGeneration`, generation, why));
  }
  if (text(condition, "lastTransitionTime") === "") faults.push(required(`${path}.lastTransitionTime`));
  const given = text(condition, "reason");
  if (given === "") faults.push(required(`${path}.reason`));
  else if (!reasonPattern.test(given)) faults.push(invalidValue(`${path}.reason`, given, reasonMessage));
  if (given.length > longestReason) faults.push(tooLong(`${path}.reason`, longestReason));
  if (text(condition, "message").length > longestMessage)
    faults.push(tooLong(`${path}.message`, longestMessage));
  return faults;
}
