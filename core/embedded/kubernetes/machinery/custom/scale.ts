import type { ScalePaths } from "../kind.ts";
import { at, type Fields } from "../resources/fields.ts";
import type { FieldFault } from "../status.ts";
import { invalidValue } from "../validate/faults.ts";

const maxReplicas = 2 ** 31 - 1;

/** Counts of replicas that no Scale can show, at the places a CRD says they are. */
export function scaleFaults(paths: ScalePaths, object: Fields): readonly FieldFault[] {
  return [paths.spec, paths.status].flatMap((path) => {
    const steps = path.split(".").filter((step) => step !== "");
    const value = at(object, ...steps.slice(0, -1))[steps.at(-1) ?? ""];
    if (typeof value !== "number" || !Number.isInteger(value)) return [];
    if (value < 0) return [invalidValue(path, value, "should be a non-negative integer")];
    return value > maxReplicas
      ? [invalidValue(path, value, `should be less than or equal to ${maxReplicas}`)]
      : [];
  });
}
