import { callCost, unitCost } from "./cost/runtime.ts";
import type { CallNode, ExpressionNode, FoldNode, SelectNode, StructNode } from "./expression.ts";
import { hasField, selectField } from "./fields.ts";
import { printValue } from "./library/text-format.ts";
import type { Overload } from "./overload.ts";
import { formatType, objectType } from "./type.ts";
import {
  EntriesValue,
  EvaluationFault,
  FaultThrown,
  GrowingList,
  isOfType,
  ListValue,
  MapValue,
  noSuchOverload,
  OptionalValue,
  StructValue,
  TypeValue,
  typeOf,
  UintValue,
  type Value,
} from "./value.ts";

/** Thrown when an evaluation takes more steps than it may. */
export class CostExceeded extends Error {}

const exceeded = "operation cancelled: actual cost limit exceeded";

/** How many characters and items the calls of one evaluation may make together. */
const madeLimit = 50_000_000;

/** Where an expression's names find their values. */
export interface Variables {
  get(name: string): Value | EvaluationFault | undefined;
}

type Result = Value | EvaluationFault;

/** One evaluation: walks a checked expression, counting what each step costs as Kubernetes counts it. */
export class Evaluation {
  /** What was counted so far. */
  cost = 0;
  #made = 0;
  readonly #limit: number;
  readonly #variables: Variables;
  readonly #locals: { readonly name: string; value: Result | GrowingList }[] = [];

  constructor(variables: Variables, limit: number) {
    this.#variables = variables;
    this.#limit = limit;
  }

  /** Throws CostExceeded. */
  run(node: ExpressionNode): Result {
    const value = this.#evaluate(node);
    return value instanceof GrowingList ? ListValue.of(value.items) : value;
  }

  #count(cost: number): void {
    this.cost += cost;
    if (this.cost > this.#limit) throw new CostExceeded(exceeded);
  }

  #evaluate(node: ExpressionNode): Result | GrowingList {
    switch (node.kind) {
      case "literal":
        return typeof node.value === "object" && node.value !== null && "uint" in node.value
          ? new UintValue(node.value.uint)
          : node.value;
      case "name":
        this.#count(unitCost.name);
        return node.typeName === undefined ? this.#lookUp(node.name) : new TypeValue(node.typeName);
      case "select":
        return this.#select(node);
      case "call":
        return this.#call(node);
      case "optional":
        // Only what it is an element of knows what to do with it.
        return this.#evaluate(node.value);
      case "list":
        return this.#list(node.items);
      case "map":
        return this.#map(node.entries);
      case "struct":
        return this.#struct(node);
      case "fold":
        return this.#fold(node);
    }
  }

  #struct(node: StructNode): Result {
    const struct = new StructValue(objectType(node.name));
    for (const { name, value: valueNode } of node.fields) {
      const value = this.#element(valueNode, (held) => notOptional(`entry '${name}'`, held));
      if (value instanceof EvaluationFault) return value;
      if (value === undefined) struct.remove(name);
      else struct.insert(name, value);
    }
    this.#count(unitCost.struct);
    return struct;
  }

  #lookUp(name: string): Result | GrowingList {
    for (let index = this.#locals.length - 1; index >= 0; index--) {
      if (this.#locals[index]!.name === name) return this.#locals[index]!.value;
    }
    const value = this.#variables.get(name);
    return value === undefined ? new EvaluationFault(`no such attribute(s): ${name}`) : value;
  }

  #list(items: readonly ExpressionNode[]): Result {
    const values: Value[] = [];
    for (const item of items) {
      const value = this.#element(item, (held) => notOptional("list element", held));
      if (value instanceof EvaluationFault) return value;
      if (value !== undefined) values.push(value);
    }
    this.#count(unitCost.list);
    return ListValue.of(values);
  }

  #map(entries: readonly (readonly [ExpressionNode, ExpressionNode])[]): Result {
    const map = new EntriesValue();
    for (const [keyNode, valueNode] of entries) {
      const key = this.run(keyNode);
      if (key instanceof EvaluationFault) return key;
      const value = this.#element(valueNode, (held) => notOptional(`entry '${printValue(key)}'`, held));
      if (value instanceof EvaluationFault) return value;
      if (value === undefined) map.remove(key);
      else map.insert(key, value);
    }
    this.#count(unitCost.map);
    return map;
  }

  /** An item of a list or what a key or field is given; undefined where that is optional and none. */
  #element(node: ExpressionNode, wrong: (value: Value) => EvaluationFault): Result | undefined {
    const value = this.run(node);
    if (node.kind !== "optional" || value instanceof EvaluationFault) return value;
    return value instanceof OptionalValue ? value.value : wrong(value);
  }

  #select(node: SelectNode): Result {
    const operand = this.run(node.operand);
    if (operand instanceof EvaluationFault) return operand;
    if (node.testOnly) return hasField(operand, node.field);
    this.#count(unitCost.select);
    return selectField(operand, node.field);
  }

  #call(node: CallNode): Result | GrowingList {
    switch (node.name) {
      case "_&&_":
        return this.#logic(node, false);
      case "_||_":
        return this.#logic(node, true);
      case "_?_:_":
        return this.#conditional(node);
      case "@not_strictly_false": {
        const value = this.run(node.args[0]!);
        this.#count(unitCost.call);
        return value !== false;
      }
      case "_+_": {
        const grown = this.#append(node);
        if (grown !== undefined) return grown;
        break;
      }
      case "cel.@mapInsert":
        return this.#insert(node);
    }
    const args: Value[] = [];
    for (const part of node.target === undefined ? node.args : [node.target, ...node.args]) {
      const value = this.run(part);
      if (value instanceof EvaluationFault) return value;
      args.push(value);
    }
    return this.#invoke(node, args);
  }

  #invoke(node: CallNode, args: readonly Value[]): Result {
    const overload = chooseOverload(node, args);
    if (overload === undefined) return new EvaluationFault(noSuchOverload);
    try {
      // What a call costs may depend on its result: what grows it is bounded by what it was given.
      const result = overload.call === undefined ? noCall(node) : overload.call(...args);
      const known = node.overloads.length === 1 ? overload.id : "";
      this.#count(callCost(node.name, known, args, result));
      this.#countMade(result);
      return result;
    } catch (error) {
      if (!(error instanceof FaultThrown)) throw error;
      return new EvaluationFault(error.message);
    }
  }

  /** Kubernetes' costs go by what a call is given: what it makes of that is bounded here (security case 8). */
  #countMade(result: Value): void {
    if (typeof result === "string") this.#made += result.length;
    else if (result instanceof ListValue) this.#made += result.size;
    if (this.#made > madeLimit) throw new CostExceeded(exceeded);
  }

  /** An accumulator's list grows in place: a loop takes linear time. */
  #append(node: CallNode): GrowingList | Result | undefined {
    const [left, right] = node.args as [ExpressionNode, ExpressionNode];
    if (left.kind !== "name") return undefined;
    const grown = this.#lookUp(left.name);
    if (!(grown instanceof GrowingList)) return undefined;
    this.#count(unitCost.name);
    const added = this.run(right);
    if (added instanceof EvaluationFault) return added;
    if (!(added instanceof ListValue)) return new EvaluationFault(noSuchOverload);
    this.#count(unitCost.call);
    grown.items.push(...added.items);
    return grown;
  }

  /** Adds to the map an accumulator holds: nobody else has it. */
  #insert(node: CallNode): Result {
    const [map, ...rest] = node.args.map((arg) => this.run(arg));
    for (const value of [map, ...rest]) if (value instanceof EvaluationFault) return value;
    this.#count(unitCost.call);
    if (!(map instanceof EntriesValue)) return new EvaluationFault(noSuchOverload);
    const added = rest.length === 2 ? new EntriesValue([[rest[0] as Value, rest[1] as Value]]) : rest[0];
    if (!(added instanceof MapValue)) return new EvaluationFault(noSuchOverload);
    for (const key of added.keys()) {
      if (map.get(key) !== undefined) {
        return new EvaluationFault(`insert failed: key ${String(key)} already exists`);
      }
      map.insert(key, added.get(key)!);
    }
    return map;
  }

  /** `&&` and `||` don't mind a fault on one side when the other decides. */
  #logic(node: CallNode, decisive: boolean): Result {
    let failed: EvaluationFault | undefined;
    for (const arg of node.args) {
      const value = this.run(arg);
      if (value === decisive) return decisive;
      if (value instanceof EvaluationFault) failed ??= value;
      else if (typeof value !== "boolean") failed ??= new EvaluationFault(noSuchOverload);
    }
    return failed ?? !decisive;
  }

  #conditional(node: CallNode): Result | GrowingList {
    const [condition, yes, no] = node.args as [ExpressionNode, ExpressionNode, ExpressionNode];
    const value = this.run(condition);
    if (value instanceof EvaluationFault) return value;
    if (typeof value !== "boolean") return new EvaluationFault(noSuchOverload);
    return this.#evaluate(value ? yes : no);
  }

  #fold(node: FoldNode): Result {
    const range = this.run(node.range);
    if (range instanceof EvaluationFault) return range;
    const initial = this.run(node.initial);
    const grows = node.initial.kind === "list" && node.initial.items.length === 0;
    const accumulated = { name: node.accumulator, value: grows ? new GrowingList() : initial };
    const depth = this.#locals.length;
    this.#locals.push(accumulated);
    try {
      const failed = this.#iterate(node, range, accumulated);
      if (failed !== undefined) return failed;
      return this.run(node.result);
    } finally {
      this.#locals.length = depth;
    }
  }

  #iterate(
    node: FoldNode,
    range: Value,
    accumulated: { value: Result | GrowingList },
  ): EvaluationFault | undefined {
    const elements = elementsOf(range, node.secondVariable !== undefined);
    if (elements === undefined) {
      return new EvaluationFault(`got '${formatType(typeOf(range))}', expected iterable type`);
    }
    const first = { name: node.variable, value: null as Result };
    const second = { name: node.secondVariable ?? "", value: null as Result };
    this.#locals.push(first);
    if (node.secondVariable !== undefined) this.#locals.push(second);
    const depth = this.#locals.length;
    for (const [key, value] of elements) {
      first.value = key;
      second.value = value;
      if (this.run(node.condition) !== true) break;
      accumulated.value = this.#evaluate(node.step);
      this.#locals.length = depth;
    }
    this.#locals.length -= node.secondVariable === undefined ? 1 : 2;
    return undefined;
  }
}

function notOptional(what: string, value: Value): EvaluationFault {
  return new EvaluationFault(
    `cannot initialize optional ${what} from non-optional value ${printValue(value)}`,
  );
}

function noCall(node: CallNode): never {
  throw new Error(`${node.name} has no implementation`);
}

function chooseOverload(node: CallNode, args: readonly Value[]): Overload | undefined {
  return node.overloads.find((overload) =>
    args.every((arg, index) => isOfType(arg, overload.params[index]!)),
  );
}

function elementsOf(range: Value, isPair: boolean): Iterable<readonly [Value, Value]> | undefined {
  if (range instanceof ListValue) {
    return isPair
      ? range.items.map((item, index) => [BigInt(index), item] as const)
      : range.items.map((item) => [item, item] as const);
  }
  if (!(range instanceof MapValue)) return undefined;
  return range.keys().map((key) => [key, isPair ? range.get(key)! : key] as const);
}
