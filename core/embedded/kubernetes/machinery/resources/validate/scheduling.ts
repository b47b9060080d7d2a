import type { FieldFault } from "../../status.ts";
import { forbidden, immutable, invalidValue, required, unsupported } from "../../validate/faults.ts";
import { at, type Fields, number, text } from "../fields.ts";
import { systemPriorityClasses } from "../priority-classes.ts";
import type { Validations } from "./types.ts";

const systemPrefix = "system-";
const highestUserValue = 1_000_000_000;
const policies = ["PreemptLowerPriority", "Never"];

/** What is wrong with a name that is the system's; undefined when it is one of those. */
function systemProblem(name: string, value: number, isGlobal: boolean): string | undefined {
  const known = Object.hasOwn(systemPriorityClasses, name) ? systemPriorityClasses[name] : undefined;
  if (known === undefined) return `${name} is not a known system priority class`;
  if (known.value !== value) return `value of ${name} PriorityClass must be ${known.value}`;
  return isGlobal ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

function validatePriorityClass(priorityClass: Fields): readonly FieldFault[] {
  const name = text(at(priorityClass, "metadata"), "name");
  const value = number(priorityClass, "value") ?? 0;
  const faults: FieldFault[] = [];
  if (name.startsWith(systemPrefix)) {
    const problem = systemProblem(name, value, priorityClass["globalDefault"] === true);
    if (problem !== undefined) {
      const why = `priority class names with '${systemPrefix}' prefix are reserved for system use only. error: ${problem}`;
      faults.push(forbidden("metadata.name", why));
    }
  } else if (value > highestUserValue) {
    const why = `maximum allowed value of a user defined priority is ${highestUserValue}`;
    faults.push(forbidden("value", why));
  }
  const policy = text(priorityClass, "preemptionPolicy");
  if (priorityClass["preemptionPolicy"] === "") faults.push(required("preemptionPolicy"));
  else if (priorityClass["preemptionPolicy"] !== undefined && !policies.includes(policy))
    faults.push(unsupported("preemptionPolicy", policy, policies));
  return faults;
}

function validateUpdate(priorityClass: Fields, stored: Fields): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  if ((number(priorityClass, "value") ?? 0) !== (number(stored, "value") ?? 0))
    faults.push(forbidden("value", "may not be changed in an update."));
  const policy = priorityClass["preemptionPolicy"];
  if (policy !== stored["preemptionPolicy"])
    faults.push(invalidValue("preemptionPolicy", policy ?? null, immutable));
  return faults;
}

export const schedulingValidations: Validations = {
  PriorityClass: { object: validatePriorityClass, update: validateUpdate },
};
