/** The expressions of webhooks and policies: what they may speak of, and what they must give. */

export { compileIn, type Unusable } from "./compile.ts";
export {
  type AuditAnnotation,
  type CompiledVariables,
  compileVariables,
  type NamedExpression,
  type PolicyMutation,
  type PolicyValidation,
  results,
} from "./policy.ts";
export { type CheckedSpec, type ExpressionWarning, typeWarnings } from "./type-check.ts";
export type { Place } from "./variables.ts";
