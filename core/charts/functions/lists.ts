import { elementSize } from "../template/budget.ts";
import { nilList } from "../template/nil.ts";
import { deepEqual } from "../template/types.ts";
import {
  fixed,
  GoError,
  type GoFunction,
  GoPanic,
  int,
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
  ["until", fixed(["exactInt"], ([count], run: Run) => counted(0n, count, count < 0n ? -1n : 1n, run))],
  [
    "untilStep",
    fixed(["exactInt", "exactInt", "exactInt"], ([start, stop, step], run: Run) =>
      counted(start, stop, step, run),
    ),
  ],
  ["seq", variadic([], "exactInt", (bounds, run: Run) => sequence(bounds, run))],
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
  return value instanceof TypedList ? value.withItems(part) : part;
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

function counted(start: bigint, stop: bigint, step: bigint, run: Run): TypedList {
  return typedList("[]int", count(start, stop, step, run).map(int));
}

function count(start: bigint, stop: bigint, step: bigint, run: Run): bigint[] {
  const isDown = stop < start;
  if (isDown ? step >= 0n : step <= 0n) return [];
  const expected = Number((stop - start) / step) + 1;
  run.budget.make(expected * elementSize);
  const numbers: bigint[] = [];
  for (let number = start; isDown ? number > stop : number < stop; number = wrap(number + step)) {
    // Past the last int Go goes on with those of the other end, to which there may be no end.
    if (numbers.length >= expected) run.budget.make(elementSize);
    numbers.push(number);
  }
  return numbers;
}

/** What doesn't fit an int of Go's comes out at its other end. */
function wrap(number: bigint): bigint {
  return BigInt.asIntN(64, number);
}

/** `seq 5`, `seq 2 5`, `seq 2 3 11`: like the shell's, separated by spaces. */
function sequence(bounds: readonly bigint[], run: Run): string {
  const [a = 0n, b = 0n, c = 0n] = bounds;
  switch (bounds.length) {
    case 1: {
      const step = a < 1n ? -1n : 1n;
      return count(1n, wrap(a + step), step, run).join(" ");
    }
    case 2: {
      const step = b < a ? -1n : 1n;
      return count(a, wrap(b + step), step, run).join(" ");
    }
    case 3: {
      if (c < a && b > 0n) return "";
      return count(a, wrap(c + (c < a ? -1n : 1n)), b, run).join(" ");
    }
    default:
      return "";
  }
}
