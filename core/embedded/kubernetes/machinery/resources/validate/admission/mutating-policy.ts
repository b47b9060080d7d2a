import { at } from "../../fields.ts";
import type { Validation } from "../types.ts";
import { policyFaults } from "./policies.ts";

export const mutatingPolicy: Validation = { object: (policy) => policyFaults(at(policy, "spec")) };
