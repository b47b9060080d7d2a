import { callFunction, MISSING } from "./call.ts";
import type { Compiler } from "./compile.ts";
import type { Execution } from "./execution.ts";
import type { Operand } from "./nodes.ts";
import {
  type GoFunction,
  GoObject,
  Integer,
  type IntegerType,
  NamedMap,
  TypedList,
  TypedMap,
  type Value,
} from "./values.ts";

/**
 * Evaluates `.name` on a receiver: a method, a struct's field or a map's entry. `type` is how errors name the
 * receiver's type.
 */
export function evaluateField(
  compiler: Compiler,
  execution: Execution,
  dot: Value,
  receiver: Value,
  type: string,
  name: string,
  node: Operand,
  args: readonly Operand[],
  final: Value | typeof MISSING,
): Value {
  if (receiver === undefined) return undefined;
  if (receiver === null) return execution.fail(`nil pointer evaluating interface {}.${name}`);
  const hasArgs = args.length > 0 || final !== MISSING;
  const method = methodOf(receiver, name);
  if (method !== undefined) {
    const compiled = compiler.args(method, args);
    return callFunction(execution, dot, method, node, name, args.length, compiled, final);
  }
  if (receiver instanceof Map) {
    if (hasArgs) return execution.fail(`${name} is not a method but has arguments`);
    const value = receiver.get(name);
    if (value !== undefined) return value;
    return receiver instanceof TypedMap ? receiver.zero : null;
  }
  const value = receiver instanceof GoObject ? receiver.field(name) : undefined;
  if (value === undefined) return execution.fail(`can't evaluate field ${name} in type ${type}`);
  if (hasArgs) return execution.fail(`${name} has arguments but cannot be invoked as function`);
  return value;
}

/** Methods of integer types, by type: durations and months have some. */
const integerMethods = new Map<string, (value: bigint, name: string) => GoFunction | undefined>();

/** Registers the methods of an integer type. */
export function registerIntegerMethods(
  type: IntegerType,
  method: (value: bigint, name: string) => GoFunction | undefined,
): void {
  integerMethods.set(type, method);
}

/** Methods of map types, by type. As in Go a method hides a key of its name. */
const mapMethods = new Map<string, (map: Map<string, Value>, name: string) => GoFunction | undefined>();

/** Registers the methods of a named map type. */
export function registerMapMethods(
  type: string,
  method: (map: Map<string, Value>, name: string) => GoFunction | undefined,
): void {
  mapMethods.set(type, method);
}

function namedMethod(map: NamedMap, name: string): GoFunction | undefined {
  const first = name.charCodeAt(0);
  return first < 0x41 || first > 0x5a ? undefined : mapMethods.get(map.goType)?.(map.target, name);
}

function methodOf(receiver: Value, name: string): GoFunction | undefined {
  if (receiver instanceof TypedMap || receiver instanceof GoObject || receiver instanceof TypedList) {
    return receiver.method(name);
  }
  if (receiver instanceof NamedMap) return namedMethod(receiver, name);
  return receiver instanceof Integer ? integerMethods.get(receiver.type)?.(receiver.value, name) : undefined;
}
