/**
 * Kubernetes' CEL: expressions with its functions, types and costs, for the rules of CustomResourceDefinitions and
 * for admission. `compileExpression` checks an expression against the types of its variables, once; the program
 * is evaluated with their values: `schemaValue` by a schema, `plainValue` without one, `AuthorizerValue` for
 * `authorizer`. Types and costs are held against a real API server.
 */

export {
  type CompileFailure,
  callCostLimit,
  compileExpression,
  type Outcome,
  type Program,
} from "./compile.ts";
export type { Variables } from "./evaluate.ts";
export { jsonOf, plainValue, schemaValue } from "./json-value.ts";
export {
  type AuthorizationDecision,
  type AuthorizationQuestion,
  AuthorizerValue,
  authorizerType,
  type ExpressionAuthorizer,
  ResourceCheckValue,
  resourceCheckType,
} from "./library/authorizer.ts";
export { mutationExtension } from "./mutation.ts";
export { declareSchema, maxRequestSize } from "./schema-declaration.ts";
export {
  boolType,
  type CelType,
  type Declaration,
  dynType,
  listType,
  mapType,
  objectType,
  optionalType,
  sameType,
  stringType,
} from "./type.ts";
export {
  EvaluationFault,
  ListValue,
  MapValue,
  OnDemandMap,
  OptionalValue,
  StructValue,
  type Value,
} from "./value.ts";
