import { elementSize } from "../template/budget.ts";
import { deepEqual, typeName } from "../template/types.ts";
import {
  fixed,
  GoError,
  type GoFunction,
  GoPanic,
  int,
  nilList,
  TypedList,
  typedList,
  type Value,
  variadic,
} from "../template/values.ts";
import { elements, isEmpty, toInt64 } from "./convert.ts";
import type { Run } from "./environment.ts";

const list = variadic([], "any", (items) => [...items]);
const append = fixed(["any", "any"], ([items, item]) => [...elements(items, "Cannot push on type %s"), item]);
const prepend = fixed(["any", "any"], ([items, item]) => [
  item,
  ...elements(items, "Cannot prepend on type %s"),
]);
const first = fixed(["any"], ([items]) => elements(items, "Cannot find first on type %s")[0] ?? null);
const last = fixed(["any"], ([items]) => elements(items, "Cannot find last on type %s").at(-1) ?? null);
const rest = fixed(["any"], ([items]) => withoutOne(elements(items, "Cannot find rest on type %s"), 1, 0));
const initial = fixed(["any"], ([items]) =>
  withoutOne(elements(items, "Cannot find initial on type %s"), 0, 1),
);
const reverse = fixed(["any"], ([items]) => [...elements(items, "Cannot find reverse on type %s")].reverse());
const uniq = fixed(["any"], ([items]) => unique(elements(items, "Cannot find uniq on type %s")));
const without = variadic(["any"], "any", ([items, ...omitted]) =>
  elements(items, "Cannot find without on type %s").filter((item) => !includes(omitted, item)),
);
const has = fixed(["any", "any"], ([item, items]) =>
  items === null || items === undefined
    ? false
    : includes(elements(items, "Cannot find has on type %s"), item),
);
const slice = variadic(["any"], "any", ([items, ...bounds]) => sliceOf(items, bounds));
const chunk = fixed(["int", "any"], ([size, items]) => chunks(size, elements(items, "Cannot chunk type %s")));
const compact = fixed(["any"], ([items]) =>
  elements(items, "Cannot compact on type %s").filter((item) => !isEmpty(item)),
);

export const listFunctions: readonly (readonly [string, GoFunction])[] = [
  ["list", list],
  ["tuple", list],
  ...both("append", append),
  ...both("push", append),
  ...both("prepend", prepend),
  ...both("first", first),
  ...both("last", last),
  ...both("rest", rest),
  ...both("initial", initial),
  ...both("reverse", reverse),
  ...both("uniq", uniq),
  ...both("without", without),
  ...both("has", has),
  ...both("slice", slice),
  ...both("chunk", chunk),
  ...both("compact", compact),
  ["concat", variadic([], "any", (lists, run: Run) => concatenated(lists, run))],
  ["until", fixed(["int"], ([count], run: Run) => counted(0, count, count < 0 ? -1 : 1, run))],
  [
    "untilStep",
    fixed(["int", "int", "int"], ([start, stop, step], run: Run) => counted(start, stop, step, run)),
  ],
  ["seq", variadic([], "int", (bounds, run: Run) => sequence(bounds, run))],
];

/** sprig has every list function twice; in templates both end the rendering on a wrong type. */
function both(name: string, target: GoFunction): [string, GoFunction][] {
  return [
    [name, target],
    [`must${name[0]?.toUpperCase()}${name.slice(1)}`, target],
  ];
}

function concatenated(lists: readonly Value[], run: Run): Value {
  const all = lists.map((items) => elements(items, "Cannot concat type %s as list"));
  run.budget.make(all.reduce((length, items) => length + items.length, 0) * elementSize);
  return orNil(all.flat());
}

function withoutOne(items: Value[], fromStart: number, fromEnd: number): Value {
  return items.length > 0 ? items.slice(fromStart, items.length - fromEnd) : orNil([]);
}

/** Go gives a nil slice where nothing was put into one. */
function orNil(items: Value[]): Value {
  return items.length > 0 ? items : nilList();
}

function includes(items: readonly Value[], wanted: Value): boolean {
  return items.some((item) => deepEqual(wanted, item));
}

function unique(items: readonly Value[]): Value[] {
  const seen: Value[] = [];
  for (const item of items) if (!includes(seen, item)) seen.push(item);
  return seen;
}

function sliceOf(value: Value, bounds: readonly Value[]): Value {
  const items = elements(value, "list should be type of slice or array but %s");
  if (items.length === 0) return null;
  const start = bounds.length > 0 ? Number(toInt64(bounds[0])) : 0;
  const end = bounds.length > 1 ? Number(toInt64(bounds[1])) : items.length;
  if (start < 0 || end < start || end > items.length)
    throw new GoError("reflect.Value.Slice: slice index out of bounds");
  const part = items.slice(start, end);
  return value instanceof TypedList ? typedList(typeName(value), part) : part;
}

/** sprig counts the chunks before it cuts them, so that a size below zero gives some results that nobody means. */
function chunks(size: number, items: readonly Value[]): Value {
  const tooLong = () => new GoPanic("runtime error: makeslice: len out of range");
  const count = Math.floor((items.length - 1) / size) + 1;
  if (!Number.isFinite(count) || count < 0) throw tooLong();
  const parts: Value[] = [];
  for (let index = 0; index < count; index++) {
    const length = index === count - 1 ? items.length % size || size : size;
    if (length < 0) throw tooLong();
    parts.push(items.slice(index * size, index * size + length));
  }
  return typedList("[][]interface {}", parts);
}

function counted(start: number, stop: number, step: number, run: Run): TypedList {
  return typedList("[]int", count(start, stop, step, run).map(int));
}

function count(start: number, stop: number, step: number, run: Run): number[] {
  const numbers: number[] = [];
  if (stop < start ? step >= 0 : step <= 0) return numbers;
  run.budget.make((Math.abs(stop - start) / Math.abs(step)) * elementSize);
  if (stop < start) for (let number = start; number > stop; number += step) numbers.push(number);
  else for (let number = start; number < stop; number += step) numbers.push(number);
  return numbers;
}

/** `seq 5`, `seq 2 5`, `seq 2 3 11`: like the shell's, separated by spaces. */
function sequence(bounds: readonly number[], run: Run): string {
  const [a = 0, b = 0, c = 0] = bounds;
  switch (bounds.length) {
    case 1: {
      const step = a < 1 ? -1 : 1;
      return count(1, a + step, step, run).join(" ");
    }
    case 2: {
      const step = b < a ? -1 : 1;
      return count(a, b + step, step, run).join(" ");
    }
    case 3: {
      if (c < a && b > 0) return "";
      return count(a, c + (c < a ? -1 : 1), b, run).join(" ");
    }
    default:
      return "";
  }
}
