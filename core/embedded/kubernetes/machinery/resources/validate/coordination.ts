import type { FieldFault } from "../../status.ts";
import { invalidValue } from "../../validate/faults.ts";
import { at, number } from "../fields.ts";
import type { Validations } from "./types.ts";

/** Source: Kubernetes' `pkg/apis/coordination/validation`. */
export const coordinationValidations: Validations = {
  Lease: {
    object: (lease) => {
      const spec = at(lease, "spec");
      const faults: FieldFault[] = [];
      const duration = number(spec, "leaseDurationSeconds") ?? 1;
      const transitions = number(spec, "leaseTransitions") ?? 0;
      if (duration <= 0)
        faults.push(invalidValue("spec.leaseDurationSeconds", duration, "must be greater than 0"));
      if (transitions < 0)
        faults.push(invalidValue("spec.leaseTransitions", transitions, "must be greater than or equal to 0"));
      return faults;
    },
  },
};
