import { printJson } from "../functions/json.ts";
import { formatValue } from "../template/format.ts";
import { Integer, type Value } from "../template/values.ts";
import { type Bound, type Expression, type JsonPathTemplate, parseJsonPath, type Step } from "./parse.ts";

/**
 * Prints what a JSONPath template finds in values, as `helm show values --jsonpath`: nothing at all where a part of it
 * finds nothing or can't be looked for. All of a map come in the order of their keys, where helm has none. Throws
 * `json-path-invalid`.
 */
export function printJsonPath(template: string, values: Value): string {
  const parts = parseJsonPath(template);
  try {
    return new Evaluation(parts).find(0, values).map(printResults).join("");
  } catch (error) {
    if (error instanceof NothingFound) return "";
    throw error;
  }
}

/** Ends an evaluation. */
class NothingFound extends Error {}

/** One walk over a template; `range` and `end` may stand in any of its expressions. */
class Evaluation {
  readonly #parts: JsonPathTemplate;
  #begun = 0;
  #depth = 0;
  #ended = 0;
  #lastEnd = -1;

  constructor(parts: JsonPathTemplate) {
    this.#parts = parts;
  }

  /** What each part from `start` on finds in a value, up to the end of the range that begins before it. */
  find(start: number, value: Value): Value[][] {
    const found: Value[][] = [];
    for (let index = start; index < this.#parts.length; index++) {
      const part = this.#parts[index] ?? "";
      const results = typeof part === "string" ? [part] : this.#walk([value], part);
      if (this.#ended > 0 && this.#ended <= this.#depth) {
        this.#ended--;
        this.#lastEnd = index;
        break;
      }
      if (this.#begun === 0) {
        found.push(results);
        continue;
      }
      this.#begun--;
      this.#depth++;
      for (const result of results) found.push(...this.find(index + 1, result));
      // Without results the range is walked for its end alone.
      if (results.length === 0) this.find(index + 1, undefined);
      this.#depth--;
      if (this.#lastEnd > index) index = this.#lastEnd;
    }
    return found;
  }

  #walk(input: readonly Value[], expression: Expression): Value[] {
    return expression.reduce<Value[]>((values, step) => this.#take(values, step), [...input]);
  }

  #take(input: Value[], step: Step): Value[] {
    switch (step.kind) {
      case "literal":
        return input.map(() => step.value);
      case "text":
        return [step.text];
      case "field":
        return fieldOf(input, step.name);
      case "keyword":
        return this.#keyword(input, step.name);
      case "all":
        return input.flatMap(inside);
      case "descend":
        return input.flatMap(descend);
      case "slice":
        return input.flatMap((value) => (value === null ? [] : sliced(value, step)));
      case "union":
        return step.members.flatMap((member) => this.#walk(input, member));
      case "filter":
        return input.flatMap((value) => this.#filtered(value, step));
    }
  }

  #keyword(input: Value[], name: string): Value[] {
    if (name === "range") {
      this.#begun++;
      return input;
    }
    if (name !== "end" || this.#depth === 0) throw new NothingFound();
    this.#ended++;
    return [];
  }

  #filtered(value: Value, { left, operator, right }: Extract<Step, { kind: "filter" }>): Value[] {
    if (!Array.isArray(value)) throw new NothingFound();
    return value.filter((item) => {
      if (operator === "exists") return this.#exists(item, left);
      const [lefts, rights] = [this.#walk([item], left), this.#walk([item], right)];
      if (lefts.length === 0) return false;
      if (lefts.length > 1 || rights.length > 1) throw new NothingFound();
      return rights.length > 0 && compare(lefts[0], rights[0], operator);
    });
  }

  #exists(item: Value, left: Expression): boolean {
    try {
      return this.#walk([item], left).length > 0;
    } catch (error) {
      if (error instanceof NothingFound) return false;
      throw error;
    }
  }
}

function fieldOf(input: readonly Value[], name: string): Value[] {
  const found = input.flatMap((value) => (value instanceof Map && value.has(name) ? [value.get(name)] : []));
  if (found.length === 0 && input.length > 0) throw new NothingFound();
  return found;
}

/** Go looks into a text too, byte by byte. */
function inside(value: Value): Value[] {
  if (value instanceof Map)
    return [...value.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  if (Array.isArray(value)) return [...value];
  if (typeof value === "string")
    return [...Buffer.from(value)].map((byte) => new Integer(BigInt(byte), "uint8"));
  return [];
}

function descend(value: Value): Value[] {
  const items = inside(value);
  return items.length === 0 ? [] : [value, ...items.flatMap(descend)];
}

function sliced(
  value: Value,
  bounds: { readonly from: Bound; readonly to: Bound; readonly step: Bound },
): Value[] {
  if (!Array.isArray(value)) throw new NothingFound();
  const { length } = value;
  const given = bounds.from.value ?? 0;
  const from = given < 0 ? given + length : given;
  const end = bounds.to.value ?? length;
  const to = end < 0 || (end === 0 && bounds.to.derived === true) ? end + length : end;
  if (from === to) return [];
  const step = bounds.step.value ?? 1;
  if (from < 0 || from >= length || to < 0 || to > length || from > to || step <= 0) throw new NothingFound();
  return value.slice(from, to).filter((_item, index) => index % step === 0);
}

/** Only what is of one sort can be compared, and a whole number isn't of a fraction's. */
function compare(left: Value, right: Value, operator: string): boolean {
  const [a, b] = [comparable(left), comparable(right)];
  if (a === undefined || b === undefined || typeof a !== typeof b) throw new NothingFound();
  const isOrdered = typeof a !== "boolean";
  switch (operator) {
    case "==":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
    case "<=":
    case ">":
    case ">=":
      if (!isOrdered) throw new NothingFound();
      return ordered(a, b, operator);
    default:
      throw new NothingFound();
  }
}

function ordered<T extends string | number | bigint | boolean>(a: T, b: T, operator: string): boolean {
  const isLess = a < b;
  if (operator === "<") return isLess;
  if (operator === ">=") return !isLess;
  const isLessOrEqual = isLess || a === b;
  return operator === "<=" ? isLessOrEqual : !isLessOrEqual;
}

function comparable(value: Value): string | number | bigint | boolean | undefined {
  if (value instanceof Integer) return value.value;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : undefined;
}

/** Lists and maps as JSON, all else as it is. */
function printResults(results: readonly Value[]): string {
  return results
    .map((value) => {
      if (value === null || value === undefined) return "null";
      return value instanceof Map || Array.isArray(value) ? printJson(value) : formatValue(value);
    })
    .join(" ");
}
