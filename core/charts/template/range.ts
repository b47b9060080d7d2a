import { compareText } from "@catalyst/base/go-order";
import type { Compiler, Signal, Walk } from "./compile.ts";
import type { Execution } from "./execution.ts";
import { formatValue } from "./format.ts";
import type { BranchNode } from "./nodes.ts";
import { GoObject, Integer, int, TypedList, TypedMap, type Value } from "./values.ts";

/** Compiles `range`: over lists, maps in the order of their keys, bytes and integers. */
export function compileRange(compiler: Compiler, node: BranchNode): Walk {
  const evaluate = compiler.pipe(node.pipe);
  const body = compiler.list(node.list);
  const otherwise = node.elseList === undefined ? undefined : compiler.list(node.elseList);
  const names = node.pipe.declarations.map((variable) => variable.path[0] ?? "");
  const { isAssign } = node.pipe;

  const pass = (execution: Execution, key: Value, element: Value, isElement: boolean): Signal => {
    execution.budget.step();
    setLoopVariables(execution, names, isAssign, key, element, isElement);
    const mark = execution.mark();
    execution.dotIsElement = isElement;
    const signal = body(execution, element);
    execution.release(mark);
    return signal;
  };

  return (execution, dot) => {
    execution.node = node;
    const mark = execution.mark();
    const wasElement = execution.dotIsElement;
    const value = evaluate(execution, dot);
    if (value instanceof Integer && names.length > 1) {
      execution.fail(`can't use ${formatValue(value)} to iterate over more than one variable`);
    }
    let ran = false;
    const isElement = !(value instanceof Integer) && !isTyped(value);
    for (const [key, element] of iterate(execution, value)) {
      ran = true;
      if (pass(execution, key, element, isElement) === "break") break;
    }
    execution.dotIsElement = wasElement;
    const signal = ran ? undefined : otherwise?.(execution, dot);
    execution.release(mark);
    // A break in what stands in for the loop ends this one; a continue is one of the loop around it.
    return signal === "break" ? undefined : signal;
  };
}

function isTyped(value: Value): boolean {
  return (
    value instanceof TypedList ||
    value instanceof Uint8Array ||
    (value instanceof TypedMap && !value.isGeneric)
  );
}

function setLoopVariables(
  execution: Execution,
  names: readonly string[],
  isAssign: boolean,
  key: Value,
  element: Value,
  isElement: boolean,
): void {
  const [first, second] = names;
  if (first === undefined) return;
  if (isAssign) {
    if (second !== undefined) execution.assign(first, key);
    execution.assign(second ?? first, element, isElement);
    return;
  }
  // The pipeline has declared them; each pass sets them anew.
  const newest = execution.newest(0);
  if (newest !== undefined) Object.assign(newest, { value: element, isElement });
  const before = second === undefined ? undefined : execution.newest(1);
  if (before !== undefined) Object.assign(before, { value: key, isElement: false });
}

function* iterate(execution: Execution, value: Value): Generator<readonly [Value, Value]> {
  if (value === undefined || value === null) return;
  if (value instanceof Integer) {
    for (let number = 0n; number < value.value; number++) yield [undefined, new Integer(number, value.type)];
  } else if (value instanceof Map) {
    // A copy: the body may change the map it runs over.
    const entries = [...value].sort(([a], [b]) => compareText(a, b));
    for (const [key, element] of entries) yield [key, element ?? null];
  } else if (value instanceof Uint8Array) {
    for (const [index, byte] of value.entries()) yield [int(index), new Integer(BigInt(byte), "uint8")];
  } else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) yield [int(index), value[index] ?? null];
  } else {
    const shown = formatValue(value);
    // A pointer is followed before it is printed.
    const isPointer = value instanceof GoObject && value.isPointer;
    execution.fail(`range can't iterate over ${isPointer ? shown.replace(/^&/, "") : shown}`);
  }
}
