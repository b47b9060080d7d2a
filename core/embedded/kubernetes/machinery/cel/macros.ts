import type { NodeFactory } from "./expand.ts";
import { type ExpressionNode, macroAccumulator } from "./expression.ts";

type Expansion = (
  factory: NodeFactory,
  at: number,
  target: ExpressionNode,
  args: readonly ExpressionNode[],
) => ExpressionNode;

/** What a call of a macro becomes; undefined when the call isn't one. */
export function expandMacro(
  factory: NodeFactory,
  at: number,
  name: string,
  target: ExpressionNode | undefined,
  args: readonly ExpressionNode[],
): ExpressionNode | undefined {
  if (target === undefined) {
    return name === "has" && args.length === 1 ? expandHas(factory, at, args[0]!) : undefined;
  }
  const key = `${name}/${args.length}`;
  return Object.hasOwn(macros, key) ? macros[key]!(factory, at, target, args) : undefined;
}

function expandHas(factory: NodeFactory, at: number, arg: ExpressionNode): ExpressionNode {
  if (arg.kind !== "select") return factory.refuse(arg.at, "invalid argument to has() macro");
  return factory.select(at, arg.operand, arg.field, true);
}

const all: Expansion = quantifier((factory, at, accu, predicate) => ({
  initial: factory.literal(at, true),
  condition: factory.call(at, "@not_strictly_false", [accu()]),
  step: factory.call(at, "_&&_", [accu(), predicate]),
  result: accu(),
}));

const exists: Expansion = quantifier((factory, at, accu, predicate) => ({
  initial: factory.literal(at, false),
  condition: factory.call(at, "@not_strictly_false", [factory.call(at, "!_", [accu()])]),
  step: factory.call(at, "_||_", [accu(), predicate]),
  result: accu(),
}));

const existsOne: Expansion = quantifier((factory, at, accu, predicate) => ({
  initial: factory.literal(at, 0n),
  condition: factory.literal(at, true),
  step: factory.call(at, "_?_:_", [
    predicate,
    factory.call(at, "_+_", [accu(), factory.literal(at, 1n)]),
    accu(),
  ]),
  result: factory.call(at, "_==_", [accu(), factory.literal(at, 1n)]),
}));

/** `range.map(x, filter?, transform)`: with one variable, or with key and value. */
const toList: Expansion = (factory, at, target, args) => {
  const variables = args.length - 1 - (hasFilter(args) ? 1 : 0);
  const transform = args.at(-1)!;
  const append = factory.call(at, "_+_", [accumulator(factory, at), factory.list(at, [transform])]);
  return collect(factory, at, target, args, variables, factory.list(at, []), append);
};

const filter: Expansion = (factory, at, target, args) => {
  const [variable, predicate] = args as [ExpressionNode, ExpressionNode];
  if (variable.kind !== "name") return factory.refuse(variable.at, "argument is not an identifier");
  const item = factory.name(variable.at, variable.name);
  const append = factory.call(at, "_+_", [accumulator(factory, at), factory.list(at, [item])]);
  return loop(factory, at, target, [variable.name], {
    initial: factory.list(at, []),
    condition: factory.literal(at, true),
    step: factory.call(at, "_?_:_", [predicate, append, accumulator(factory, at)]),
    result: accumulator(factory, at),
  });
};

const toMap: Expansion = (factory, at, target, args) => {
  const [key] = args as [ExpressionNode];
  const name = key.kind === "name" ? key.name : "";
  const insert = factory.call(at, "cel.@mapInsert", [
    accumulator(factory, at),
    factory.name(key.at, name),
    args.at(-1)!,
  ]);
  return collect(factory, at, target, args, 2, factory.map(at, []), insert);
};

const toMapEntry: Expansion = (factory, at, target, args) => {
  const insert = factory.call(at, "cel.@mapInsert", [accumulator(factory, at), args.at(-1)!]);
  return collect(factory, at, target, args, 2, factory.map(at, []), insert);
};

/** `optional.optMap(v, result)`: the result for what the optional holds. */
function mapOptional(wrap: boolean): Expansion {
  return (factory, at, target, args) => {
    const [variable, result] = args as [ExpressionNode, ExpressionNode];
    if (variable.kind !== "name") {
      const macro = wrap ? "optMap" : "optFlatMap";
      return factory.refuse(variable.at, `${macro}() variable name must be a simple identifier`);
    }
    const value = factory.call(at, "value", [], target);
    const bound = bind(factory, at, variable.name, value, result);
    return factory.call(at, "_?_:_", [
      factory.call(at, "hasValue", [], target),
      wrap ? factory.call(at, "optional.of", [bound]) : bound,
      factory.call(at, "optional.none", []),
    ]);
  };
}

const sortInput = "@__sortBy_input__";

const sortBy: Expansion = (factory, at, target, args) => {
  const input = () => factory.name(at, sortInput);
  const keys = toList(factory, at, input(), args);
  return bind(factory, at, sortInput, target, factory.call(at, "@sortByAssociatedKeys", [keys], input()));
};

/** A name for a value within a result: a loop that never runs. */
function bind(
  factory: NodeFactory,
  at: number,
  name: string,
  value: ExpressionNode,
  result: ExpressionNode,
): ExpressionNode {
  return factory.fold(at, {
    range: factory.list(at, []),
    variable: "#unused",
    accumulator: name,
    initial: value,
    condition: factory.literal(at, false),
    step: factory.name(at, name),
    result,
  });
}

const macros: Readonly<Record<string, Expansion>> = {
  "all/2": all,
  "all/3": all,
  "exists/2": exists,
  "exists/3": exists,
  "exists_one/2": existsOne,
  "exists_one/3": existsOne,
  "existsOne/2": existsOne,
  "existsOne/3": existsOne,
  "map/2": toList,
  "map/3": toList,
  "filter/2": filter,
  "transformList/3": (factory, at, target, args) => toListOfPairs(factory, at, target, args),
  "transformList/4": (factory, at, target, args) => toListOfPairs(factory, at, target, args),
  "transformMap/3": toMap,
  "transformMap/4": toMap,
  "transformMapEntry/3": toMapEntry,
  "transformMapEntry/4": toMapEntry,
  "optMap/2": mapOptional(true),
  "optFlatMap/2": mapOptional(false),
  "sortBy/2": sortBy,
};

const toListOfPairs: Expansion = (factory, at, target, args) => {
  const append = factory.call(at, "_+_", [accumulator(factory, at), factory.list(at, [args.at(-1)!])]);
  return collect(factory, at, target, args, 2, factory.list(at, []), append);
};

function hasFilter(args: readonly ExpressionNode[]): boolean {
  return args.length === 3;
}

interface LoopParts {
  readonly initial: ExpressionNode;
  readonly condition: ExpressionNode;
  readonly step: ExpressionNode;
  readonly result: ExpressionNode;
}

function quantifier(
  parts: (
    factory: NodeFactory,
    at: number,
    accu: () => ExpressionNode,
    predicate: ExpressionNode,
  ) => LoopParts,
): Expansion {
  return (factory, at, target, args) => {
    const names = variableNames(factory, args.slice(0, -1), "argument must be a simple name");
    if (names === undefined) return factory.literal(at, null);
    const accu = () => accumulator(factory, at);
    return loop(factory, at, target, names, parts(factory, at, accu, args.at(-1)!));
  };
}

/** A loop that collects what it makes of each element, of those a filter between lets through. */
function collect(
  factory: NodeFactory,
  at: number,
  target: ExpressionNode,
  args: readonly ExpressionNode[],
  variables: number,
  initial: ExpressionNode,
  added: ExpressionNode,
): ExpressionNode {
  const wrong = variables === 1 ? "argument is not an identifier" : "argument must be a simple name";
  const names = variableNames(factory, args.slice(0, variables), wrong);
  if (names === undefined) return factory.literal(at, null);
  const filtered = args.length > variables + 1 ? args[variables] : undefined;
  const step =
    filtered === undefined ? added : factory.call(at, "_?_:_", [filtered, added, accumulator(factory, at)]);
  const condition = factory.literal(at, true);
  return loop(factory, at, target, names, { initial, condition, step, result: accumulator(factory, at) });
}

function variableNames(
  factory: NodeFactory,
  args: readonly ExpressionNode[],
  wrong: string,
): readonly string[] | undefined {
  const names: string[] = [];
  for (const arg of args) {
    if (arg.kind !== "name") {
      factory.refuse(arg.at, wrong);
      return undefined;
    }
    if (names.includes(arg.name)) {
      factory.refuse(arg.at, `duplicate variable name: ${arg.name}`);
      return undefined;
    }
    if (arg.name === "__result__") {
      factory.refuse(arg.at, "iteration variable overwrites accumulator variable");
      return undefined;
    }
    names.push(arg.name);
  }
  return names;
}

function loop(
  factory: NodeFactory,
  at: number,
  range: ExpressionNode,
  names: readonly string[],
  parts: LoopParts,
): ExpressionNode {
  const [variable = "", second] = names;
  return factory.fold(at, {
    range,
    variable,
    ...(second === undefined ? {} : { secondVariable: second }),
    accumulator: macroAccumulator,
    ...parts,
  });
}

function accumulator(factory: NodeFactory, at: number): ExpressionNode {
  return factory.name(at, macroAccumulator);
}
