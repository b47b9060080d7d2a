import { isObject } from "@catalyst/base/json";
import { StatusError } from "../status.ts";

type Step =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "all" }
  | { readonly kind: "descend" }
  | { readonly kind: "slice"; readonly from?: number; readonly to?: number; readonly single: boolean }
  | {
      readonly kind: "filter";
      readonly path: readonly Step[];
      readonly operator: string | undefined;
      readonly value: unknown;
    };

/** A parsed path of the subset printer columns and scale paths use (`.spec.ports[*].port`, `[?(@.a=="b")]`). */
export interface JsonPath {
  readonly text: string;
  readonly steps: readonly Step[];
}

/** Parses a path with or without braces. Throws StatusError 422. */
export function parseJsonPath(text: string): JsonPath {
  const inner = /^\{(.*)\}$/s.exec(text.trim())?.[1] ?? text.trim();
  return { text, steps: parseSteps(inner.replace(/^\$/, ""), text) };
}

const patterns = {
  descend: /^\.\.(?=[\w'"[*])/,
  field: /^\.?((?:[^\s.[\]\\]|\\.)+)/,
  quoted: /^\[\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*\]/,
  index: /^\[\s*(-?\d*)\s*(:?)\s*(-?\d*)\s*\]/,
  all: /^(?:\[\s*\*\s*\]|\.\*)/,
  filter: /^\[\?\(\s*@((?:[.[][^=!<>)]*?)?)\s*(?:(==|!=|<=|>=|<|>)\s*((?:"[^"]*"|'[^']*'|[^)\s]+)))?\s*\)\]/,
};

function parseSteps(text: string, whole: string): Step[] {
  const steps: Step[] = [];
  let rest = text;
  while (rest !== "" && rest !== ".") {
    const [step, length] = nextStep(rest, whole);
    steps.push(step);
    rest = rest.slice(length);
  }
  return steps;
}

function nextStep(rest: string, whole: string): [Step, number] {
  let match = patterns.descend.exec(rest);
  if (match !== null) return [{ kind: "descend" }, rest[2] === "[" ? 2 : 1];
  match = patterns.all.exec(rest);
  if (match !== null) return [{ kind: "all" }, match[0].length];
  match = patterns.filter.exec(rest);
  if (match !== null) {
    const [all, path = "", operator, value] = match;
    const filter = {
      kind: "filter",
      path: parseSteps(path, whole),
      operator,
      value: literal(value),
    } as const;
    return [filter, all.length];
  }
  match = patterns.quoted.exec(rest);
  if (match !== null) {
    return [{ kind: "field", name: withoutEscapes(match[1] ?? match[2] ?? "") }, match[0].length];
  }
  match = patterns.index.exec(rest);
  if (match !== null) return [slice(match), match[0].length];
  match = patterns.field.exec(rest);
  if (match !== null) return [{ kind: "field", name: withoutEscapes(match[1] ?? "") }, match[0].length];
  throw new StatusError(422, "Invalid", `is an invalid JSON path: ${whole}`);
}

function slice([, from = "", colon, to = ""]: RegExpExecArray): Step {
  return {
    kind: "slice",
    single: colon === "",
    ...(from === "" ? {} : { from: Number(from) }),
    ...(to === "" ? {} : { to: Number(to) }),
  };
}

function withoutEscapes(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}

function literal(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  if (/^["'].*["']$/.test(text)) return text.slice(1, -1);
  if (text === "true" || text === "false") return text === "true";
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

/** All values a path finds, in order. */
export function evaluateJsonPath(path: JsonPath, value: unknown): readonly unknown[] {
  return follow(path.steps, [value]);
}

function follow(steps: readonly Step[], start: readonly unknown[]): readonly unknown[] {
  return steps.reduce((found, step) => found.flatMap((value) => take(step, value)), start);
}

function take(step: Step, value: unknown): readonly unknown[] {
  switch (step.kind) {
    case "field":
      return isObject(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
    case "all":
      return Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
    case "descend":
      return [value, ...take({ kind: "all" }, value).flatMap((item) => take(step, item))];
    case "slice": {
      if (!Array.isArray(value)) return [];
      const { from, to } = step;
      return step.single
        ? value.slice(from, from === -1 ? undefined : (from ?? 0) + 1)
        : value.slice(from, to);
    }
    case "filter":
      return Array.isArray(value) ? value.filter((item) => passes(step, item)) : [];
  }
}

function passes(filter: Extract<Step, { kind: "filter" }>, item: unknown): boolean {
  const found = follow(filter.path, [item]);
  const wanted = filter.value;
  switch (filter.operator) {
    case "==":
      return found.some((value) => value === wanted);
    case "!=":
      return found.some((value) => value !== wanted);
    case "<":
      return found.some((value) => Number(value) < Number(wanted));
    case ">":
      return found.some((value) => Number(value) > Number(wanted));
    case "<=":
      return found.some((value) => Number(value) <= Number(wanted));
    case ">=":
      return found.some((value) => Number(value) >= Number(wanted));
    default:
      return found.length > 0;
  }
}
