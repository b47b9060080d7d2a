export { Budget, defaultLimits, type Limits, withBudget } from "./budget.ts";
export { builtinFunctions } from "./builtins.ts";
export type { CompiledTemplate } from "./compile.ts";
export type { Execution } from "./execution.ts";
export { type FunctionTable, rootName, TemplateSet } from "./template-set.ts";
