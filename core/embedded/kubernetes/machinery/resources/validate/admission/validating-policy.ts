import { at } from "../../fields.ts";
import type { Validation } from "../types.ts";
import { policyFaults } from "./policies.ts";

export const validatingPolicy: Validation = { object: (policy) => policyFaults(at(policy, "spec")) };
