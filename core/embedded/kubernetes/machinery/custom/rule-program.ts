import {
  type CompileFailure,
  compileExpression,
  type Declaration,
  optionalType,
  type Program,
} from "../cel/index.ts";
import type { ExpressionRule } from "../schema/type-schema.ts";

/** One rule of a schema, compiled for the values it judges. */
export interface RuleProgram {
  readonly rule: Program | CompileFailure;
  readonly message: Program | CompileFailure | undefined;
  /** A transition rule: it looks at the value before the change. */
  readonly usesOldSelf: boolean;
}

/** Compiles a rule and its message for values of a declaration. */
export function compileRule(rule: ExpressionRule, declaration: Declaration): RuleProgram {
  const { type } = declaration;
  const oldSelf = rule.optionalOldSelf === true ? optionalType(type) : type;
  const variables = { self: type, oldSelf };
  const compiled = compileExpression(rule.rule, variables);
  const { messageExpression } = rule;
  return {
    rule: compiled,
    message: messageExpression === undefined ? undefined : compileExpression(messageExpression, variables),
    usesOldSelf: "issues" in compiled ? false : compiled.names("oldSelf"),
  };
}
