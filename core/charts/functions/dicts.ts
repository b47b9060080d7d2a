import { compareText } from "@catalyst/base/go-order";
import { textOf } from "../template/format.ts";
import { isNil } from "../template/nil.ts";
import { deepCopy, typeName } from "../template/types.ts";
import {
  fixed,
  GoError,
  type GoFunction,
  GoPanic,
  stringList,
  type Value,
  variadic,
} from "../template/values.ts";
import { mergeInto } from "./merge.ts";

const merged = (overwrite: boolean) =>
  variadic(["map"], "map", ([target, ...sources]) => {
    if (sources.length === 0) return target;
    const result = writable(target);
    for (const source of sources) mergeInto(result, source, overwrite);
    return result;
  });

/** Maps have no order in Go; `keys` and `values` give them sorted by key, so that output is stable. */
export const dictFunctions: readonly (readonly [string, GoFunction])[] = [
  ["dict", variadic([], "any", (pairs) => makeDict(pairs))],
  ["get", fixed(["map", "string"], ([map, key]) => (map.has(key) ? map.get(key) : ""))],
  ["set", fixed(["map", "string", "any"], ([map, key, value]) => map.set(key, value))],
  ["unset", fixed(["map", "string"], ([map, key]) => removed(map, key))],
  ["hasKey", fixed(["map", "string"], ([map, key]) => map.has(key))],
  ["pluck", variadic(["string"], "map", ([key, ...maps]) => pluck(key, maps))],
  ["keys", variadic([], "map", (maps) => stringList(maps.flatMap((map) => sortedKeys(map))))],
  ["values", fixed(["map"], ([map]) => sortedKeys(map).map((key) => map.get(key) ?? null))],
  ["pick", variadic(["map"], "string", ([map, ...keys]) => pick(map, keys))],
  ["omit", variadic(["map"], "string", ([map, ...keys]) => omit(map, keys))],
  ["merge", merged(false)],
  ["mustMerge", merged(false)],
  ["mergeOverwrite", merged(true)],
  ["mustMergeOverwrite", merged(true)],
  ["dig", variadic([], "any", (args) => dig(args))],
  ["deepCopy", fixed(["any"], ([value]) => copied(value))],
  ["mustDeepCopy", fixed(["any"], ([value]) => copied(value))],
];

function copied(value: Value): Value {
  if (value === null) throw new GoPanic("reflect: call of reflect.Value.Type on zero Value");
  return deepCopy(value);
}

function makeDict(pairs: readonly Value[]): Map<string, Value> {
  const map = new Map<string, Value>();
  for (let index = 0; index < pairs.length; index += 2) {
    map.set(textOf(pairs[index]), index + 1 < pairs.length ? (pairs[index + 1] ?? null) : "");
  }
  return map;
}

/** A nil map becomes a new one when something is merged into it. */
function writable(map: Map<string, Value>): Map<string, Value> {
  return isNil(map) ? new Map() : map;
}

function removed(map: Map<string, Value>, key: string): Map<string, Value> {
  map.delete(key);
  return map;
}

function sortedKeys(map: Map<string, Value>): string[] {
  return [...map.keys()].sort(compareText);
}

function pluck(key: string, maps: readonly Map<string, Value>[]): Value[] {
  return maps.filter((map) => map.has(key)).map((map) => map.get(key) ?? null);
}

function pick(map: Map<string, Value>, keys: readonly string[]): Map<string, Value> {
  return new Map(keys.filter((key) => map.has(key)).map((key) => [key, map.get(key) ?? null]));
}

function omit(map: Map<string, Value>, keys: readonly string[]): Map<string, Value> {
  const left = new Map(map);
  for (const key of keys) left.delete(key);
  return left;
}

function dig(args: readonly Value[]): Value {
  if (args.length < 3) throw new GoError("dig needs at least three arguments");
  let map = asMap(args.at(-1));
  const keys = args.slice(0, -2).map((key) => {
    if (typeof key !== "string") throw conversion(key, "string");
    return key;
  });
  for (const [index, key] of keys.entries()) {
    if (!map.has(key)) return args.at(-2);
    const value = map.get(key);
    if (index === keys.length - 1) return value;
    map = asMap(value);
  }
  return null;
}

function asMap(value: Value): Map<string, Value> {
  if (value instanceof Map && typeName(value) === "map[string]interface {}") return value;
  throw conversion(value, "map[string]interface {}");
}

/** Words Go's failed conversion of a value as its panic does. */
export function conversion(value: Value, wanted: string): GoError {
  const found = value === null || value === undefined ? "nil" : typeName(value);
  return new GoError(`interface conversion: interface {} is ${found}, not ${wanted}`);
}
