import { type CelProgram, compileCel } from "@catalyst/base/cel";
import { isCatalystError } from "@catalyst/base/errors";
import { canonicalJson, isObject } from "@catalyst/base/json";
import { itemElement } from "../fields/path-element.ts";
import type { ExpressionRule, TypeSchema } from "../schema/type-schema.ts";
import type { FieldFault } from "../status.ts";
import { invalidValue, show } from "../validate/faults.ts";
import { costBudget, loopCost } from "./cost.ts";

const reasons: Readonly<Record<string, string>> = {
  FieldValueInvalid: "Invalid value",
  FieldValueForbidden: "Forbidden",
  FieldValueRequired: "Required value",
  FieldValueDuplicate: "Duplicate value",
};

/**
 * Checks a CRD's CEL rules (`x-kubernetes-validations`); with `old`, transition rules too. A rule that can't be
 * evaluated refuses the object, as upstream's does.
 */
export function checkExpressions(type: TypeSchema, value: unknown, old: unknown): readonly FieldFault[] {
  if (!hasExpressions(type, new Set())) return [];
  const check: Check = { faults: [], cost: 0 };
  walk(type, value, old, "", check);
  return check.faults;
}

/** One object's rules on their way; past the budget no further one is run. */
interface Check {
  readonly faults: FieldFault[];
  cost: number;
}

const known = new WeakMap<TypeSchema, boolean>();

/** Most schemas have no rules: those are not walked. */
function hasExpressions(type: TypeSchema, seen: Set<TypeSchema>): boolean {
  const answer = known.get(type);
  if (answer !== undefined || seen.has(type)) return answer ?? false;
  seen.add(type);
  const below = [...(type.fields?.values() ?? [])].map((field) => field.type);
  const found =
    (type.rules?.expressions?.length ?? 0) > 0 ||
    [...below, type.items, type.values].some((part) => part !== undefined && hasExpressions(part, seen));
  known.set(type, found);
  return found;
}

function walk(type: TypeSchema, value: unknown, old: unknown, path: string, check: Check): void {
  if (value === undefined || value === null) return;
  for (const rule of type.rules?.expressions ?? []) {
    if (check.cost > costBudget) return;
    check.cost += loopCost(rule.rule, value);
    const fault = check.cost > costBudget ? tooCostly(path) : evaluate(rule, type, value, old, path);
    if (fault !== undefined) check.faults.push(fault);
  }
  if (Array.isArray(value)) walkItems(type, value, old, path, check);
  else if (isObject(value)) {
    for (const key of Object.keys(value)) {
      const below = type.fields?.get(key)?.type ?? type.values;
      if (below === undefined) continue;
      walk(
        below,
        value[key],
        isObject(old) ? old[key] : undefined,
        path === "" ? key : `${path}.${key}`,
        check,
      );
    }
  }
}

/** Only items of an associative list have an old value: the one with the same keys. */
function walkItems(
  type: TypeSchema,
  value: readonly unknown[],
  old: unknown,
  path: string,
  check: Check,
): void {
  const { items } = type;
  if (items === undefined) return;
  const before = new Map<string | undefined, unknown>();
  if (type.listType === "map" && Array.isArray(old)) {
    for (const item of old) before.set(itemElement(type, item), item);
  }
  value.forEach((item, index) => {
    const same = type.listType === "map" ? before.get(itemElement(type, item)) : undefined;
    walk(items, item, same, `${path}[${index}]`, check);
  });
}

function tooCostly(path: string): FieldFault {
  const why = "validation failed due to running out of cost budget, no further validation rules will be run";
  return invalidValue(path === "" ? "<nil>" : path, "object", why);
}

function evaluate(
  rule: ExpressionRule,
  type: TypeSchema,
  value: unknown,
  old: unknown,
  path: string,
): FieldFault | undefined {
  const isTransition = /\boldSelf\b/.test(rule.rule);
  if (isTransition && old === undefined && rule.optionalOldSelf !== true) return undefined;
  const variables = { self: celValue(type, value), oldSelf: old === undefined ? null : celValue(type, old) };
  const field = path + (rule.fieldPath ?? "");
  try {
    if (program(rule.rule).evaluate(variables) === true) return undefined;
    return failed(rule, value, field === "" ? "<nil>" : field, message(rule, variables));
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    const why = `rule evaluation error: ${error.message}`;
    return { reason: "FieldValueInvalid", message: `Invalid value: ${shown(value)}: ${why}`, field };
  }
}

function failed(rule: ExpressionRule, value: unknown, field: string, text: string): FieldFault {
  const reason = rule.reason ?? "FieldValueInvalid";
  const label = reasons[reason] ?? "Invalid value";
  const withValue = reason === "FieldValueInvalid" || reason === "FieldValueDuplicate";
  return { reason, field, message: withValue ? `${label}: ${shown(value)}: ${text}` : `${label}: ${text}` };
}

function shown(value: unknown): string {
  return typeof value === "object" ? canonicalJson(value) : show(value);
}

function message(rule: ExpressionRule, variables: Readonly<Record<string, unknown>>): string {
  if (rule.messageExpression !== undefined) {
    try {
      const text = program(rule.messageExpression).evaluate(variables);
      if (typeof text === "string" && text.trim() !== "" && !text.includes("\n")) return text;
    } catch (error) {
      if (!isCatalystError(error)) throw error;
    }
  }
  return rule.message ?? `failed rule: ${rule.rule.trim()}`;
}

const programs = new Map<string, CelProgram>();
const programLimit = 2000;

function program(expression: string): CelProgram {
  let compiled = programs.get(expression);
  if (compiled === undefined) {
    compiled = compileCel(expression);
    if (programs.size >= programLimit) programs.clear();
    programs.set(expression, compiled);
  }
  return compiled;
}

/** The value as CEL sees it: what the schema calls an integer is one, not a double. */
function celValue(type: TypeSchema, value: unknown): unknown {
  if (Array.isArray(value)) {
    return type.items === undefined ? value : value.map((item) => celValue(type.items as TypeSchema, item));
  }
  if (isObject(value)) {
    const converted: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const below = type.fields?.get(key)?.type ?? type.values;
      converted[key] = below === undefined ? value[key] : celValue(below, value[key]);
    }
    return converted;
  }
  const isInteger = type.type === "integer" || type.type === "int-or-string";
  return isInteger && Number.isInteger(value) ? BigInt(value as number) : value;
}
