import { elementSize } from "./budget.ts";
import { rejoined } from "./bytes.ts";
import { type Execution, TemplateError } from "./execution.ts";
import { goTypes } from "./go-types.ts";
import { nilList, nilMap } from "./nil.ts";
import { type CommandNode, type Operand, printNode } from "./nodes.ts";
import { isTrue, typeInError, typeName } from "./types.ts";
import {
  GoError,
  type GoFunction,
  GoObject,
  Integer,
  NamedMap,
  type ParameterType,
  TypedList,
  TypedMap,
  type Value,
} from "./values.ts";

export type Evaluate = (execution: Execution, dot: Value) => Value;

/** Stands for "no value comes from the pipeline". */
export const MISSING: unique symbol = Symbol("missing");

/** Refuses arguments to something that can't be called. */
export function notAFunction(
  execution: Execution,
  first: Operand,
  argumentCount: number,
  final: Value | typeof MISSING,
): void {
  if (argumentCount === 0 && final === MISSING) return;
  execution.fail(`can't give argument to non-function ${printNode(first)}`);
}

/** Calls a function with compiled arguments and, last, what the pipeline brings. */
export function callFunction(
  execution: Execution,
  dot: Value,
  target: GoFunction,
  node: CommandNode | Operand,
  name: string,
  argumentCount: number,
  args: readonly Evaluate[],
  final: Value | typeof MISSING,
): Value {
  const { parameters, variadic } = target;
  const given = argumentCount + (final === MISSING ? 0 : 1);
  if (variadic === undefined ? given !== parameters.length : given < parameters.length) {
    const want =
      variadic === undefined
        ? `want ${parameters.length} got ${given}`
        : `want at least ${parameters.length} got ${argumentCount}`;
    return execution.fail(`wrong number of args for ${name}: ${want}`);
  }
  if (name === "and" || name === "or") return shortCircuit(execution, dot, name, args, final);
  const values: Value[] = [];
  for (const evaluate of args) values.push(evaluate(execution, dot));
  if (final !== MISSING) values.push(validate(execution, final, parameters[given - 1] ?? variadic ?? "any"));
  // Go's call is told what its first argument is called, for its complaint.
  if (name === "call") values.unshift(calleeName(node, final));
  try {
    const result = target.call(values as never, execution as never);
    if (!values.includes(result)) execution.budget.make(sizeOf(result));
    return typeof result === "string" ? rejoined(result) : result;
  } catch (error) {
    return refuse(execution, node, name, error);
  }
}

/** Bytes, roughly, of what a function made, without what it holds. */
function sizeOf(value: Value): number {
  if (typeof value === "string" || value instanceof Uint8Array) return value.length;
  if (value instanceof Map) return value.size * elementSize;
  return Array.isArray(value) ? value.length * elementSize : 1;
}

function calleeName(node: CommandNode | Operand, final: Value | typeof MISSING): string {
  const argument = node.type === "command" ? node.args[1] : undefined;
  if (argument !== undefined) return printNode(argument);
  return typeof final === "string" ? final : `<${final === MISSING ? "invalid" : typeName(final)} Value>`;
}

function refuse(execution: Execution, node: CommandNode | Operand, name: string, error: unknown): never {
  // A limit that was passed, a look-up that must be fetched and a stack or text without room end it all.
  const isOwn = error instanceof GoError || error instanceof TemplateError;
  if (!isOwn && !(error instanceof Error && error.constructor === Error)) throw error;
  execution.node = node;
  return execution.fail(`error calling ${name}: ${error.message}`, error);
}

function shortCircuit(
  execution: Execution,
  dot: Value,
  name: "and" | "or",
  args: readonly Evaluate[],
  final: Value | typeof MISSING,
): Value {
  let value: Value;
  for (const evaluate of args) {
    value = evaluate(execution, dot);
    if (isTrue(value) === (name === "or")) return value;
  }
  return final === MISSING ? value : final;
}

/** Checks that a value can go where `type` is wanted and converts it to what implementations take. */
export function validate(execution: Execution, value: Value, type: ParameterType): Value {
  switch (type) {
    case "any":
      if (value instanceof GoObject) return value.detached();
      return value === undefined ? null : value;
    case "value":
      return value;
    case "string":
      if (typeof value === "string") return value;
      break;
    case "int":
    case "uint32":
      if (value instanceof Integer && value.type === type) return Number(value.value);
      break;
    case "exactInt":
    case "int64":
      // What a template never sees: only the function that takes it does.
      if (value instanceof Integer && value.type === goTypes[type]) return value.value as unknown as Value;
      break;
    case "float64":
      if (typeof value === "number") return value;
      break;
    case "bool":
      if (typeof value === "boolean") return value;
      break;
    case "map":
      if (value === undefined) return nilMap();
      if (value instanceof NamedMap) return value.target;
      if (value instanceof Map && (!(value instanceof TypedMap) || value.isGeneric)) return value;
      break;
    case "list":
      if (value === undefined) return nilList();
      if (Array.isArray(value) && !(value instanceof TypedList && value.goType !== "[]interface {}"))
        return value;
      break;
    case "timeDuration":
      if (value instanceof Integer && value.type === goTypes[type]) return value;
      break;
    default:
      if (value instanceof GoObject && value.goType === goTypes[type]) return value;
  }
  if (value === undefined) return execution.fail(`invalid value; expected ${goTypes[type]}`);
  return execution.fail(`wrong type for value; expected ${goTypes[type]}; got ${typeInError(value)}`);
}
