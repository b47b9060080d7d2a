import type { FieldFault } from "../../status.ts";
import { invalidValue } from "../../validate/faults.ts";
import { pathSegment } from "../../validate/names.ts";
import { type Fields, text } from "../fields.ts";
import { requiredByRule } from "./checks.ts";

/** What of an object's reference is looked at: what was stored before a rule was made stays. */
export interface ReferenceRules {
  readonly anyVersion: boolean;
  readonly emptyGroup: boolean;
}

/** Everything wrong with a reference to an object in any version. */
export function validateReference(
  reference: Fields,
  path: string,
  rules: ReferenceRules,
): readonly FieldFault[] {
  const faults = [
    ...requiredByRule(pathSegment, text(reference, "kind"), `${path}.kind`),
    ...requiredByRule(pathSegment, text(reference, "name"), `${path}.name`),
  ];
  const version = text(reference, "apiVersion");
  const problem = rules.anyVersion ? undefined : versionProblem(version, rules.emptyGroup);
  return problem === undefined ? faults : [...faults, invalidValue(`${path}.apiVersion`, version, problem)];
}

/** What is wrong with an apiVersion; undefined when nothing is. */
export function versionProblem(version: string, emptyGroup: boolean): string | undefined {
  const parts = version.split("/");
  if (parts.length > 2) return `unexpected GroupVersion string: ${version}`;
  return emptyGroup || (parts.length === 2 && parts[0] !== "")
    ? undefined
    : "apiVersion must specify API group";
}
