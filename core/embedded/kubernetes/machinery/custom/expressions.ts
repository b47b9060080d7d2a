import { isObject, jsonEqual } from "@catalyst/base/json";
import {
  callCostLimit,
  declareSchema,
  OptionalValue,
  type Outcome,
  type Program,
  schemaValue,
  type Value,
} from "../cel/index.ts";
import { itemElement } from "../fields/path-element.ts";
import type { ExpressionRule, TypeSchema } from "../schema/type-schema.ts";
import type { FieldFault } from "../status.ts";
import { invalidValue, show } from "../validate/faults.ts";
import { hasExpressions } from "./has-expressions.ts";
import { itemsByKey } from "./items.ts";
import { compileRule, type RuleProgram } from "./rule-program.ts";

/** What evaluating all rules of one object may cost, as upstream's RuntimeCELCostBudget. */
const costBudget = 10_000_000;

/** The longest text a message expression may make. */
const maxMessage = 5 * 1024;

export interface RuleOptions {
  /** The value before the change; transition rules are for changes only. */
  readonly old?: unknown;
  /** The value is a whole Kubernetes object. */
  readonly isResource?: boolean;
  readonly path?: string;
}

/**
 * Runs a CRD's CEL rules (`x-kubernetes-validations`). A rule that can't be evaluated refuses the object; one that
 * refuses what hasn't changed only warns. Past the budget no further rule is run. Source: apiextensions'
 * `schema/cel/validation.go`.
 */
export function checkExpressions(
  type: TypeSchema,
  value: unknown,
  options: RuleOptions = {},
): { readonly faults: readonly FieldFault[]; readonly warnings: readonly string[] } {
  if (!hasExpressions(type)) return { faults: [], warnings: [] };
  const run = new RuleRun();
  run.walk(
    type,
    value,
    { old: options.old, path: options.path ?? "", isUnchanged: false },
    options.isResource,
  );
  return { faults: run.faults, warnings: run.warnings };
}

const programs = new WeakMap<TypeSchema, readonly RuleProgram[]>();

/** Compiled once for each part of a schema. */
function programsOf(type: TypeSchema, isResource: boolean): readonly RuleProgram[] {
  let compiled = programs.get(type);
  if (compiled === undefined) {
    const declaration = declareSchema(type, isResource);
    const rules = type.rules?.expressions ?? [];
    compiled = declaration === undefined ? [] : rules.map((rule) => compileRule(rule, declaration));
    programs.set(type, compiled);
  }
  return compiled;
}

/** Where a value is, and what it was. */
interface Place {
  readonly old: unknown;
  readonly path: string;
  /** It, or the nearest value around it whose old one is known, is as it was. */
  readonly isUnchanged: boolean;
}

/** The rules of one object on their way. */
class RuleRun {
  readonly faults: FieldFault[] = [];
  readonly warnings: string[] = [];
  #budget = costBudget;
  #isOver = false;

  walk(type: TypeSchema, value: unknown, place: Place, isResource = type.embedded === true): void {
    if (value === undefined || value === null || this.#isOver || !hasExpressions(type)) return;
    this.#judge(type, value, place, isResource);
    if (Array.isArray(value)) {
      const { items } = type;
      if (items === undefined) return;
      const before = itemsByKey(type, place.old);
      value.forEach((item, index) => {
        const old = before?.get(itemElement(type, item));
        this.walk(items, item, inner(place, old, item, `${place.path}[${index}]`));
      });
    } else if (isObject(value)) {
      for (const key of Object.keys(value)) {
        const field = type.fields?.get(key)?.type;
        const below = field ?? type.values;
        if (below === undefined) continue;
        const old = isObject(place.old) ? place.old[key] : undefined;
        this.walk(
          below,
          value[key],
          inner(place, old, value[key], childPath(place.path, key, field !== undefined)),
        );
      }
    }
  }

  #judge(type: TypeSchema, value: unknown, place: Place, isResource: boolean): void {
    const rules = type.rules?.expressions ?? [];
    if (rules.length === 0) return;
    const compiled = programsOf(type, isResource);
    const resource = isResource && type.embedded !== true ? { ...type, embedded: true } : type;
    const self = schemaValue(resource, value);
    const old = place.old === undefined || place.old === null ? undefined : schemaValue(resource, place.old);
    for (const [index, rule] of rules.entries()) {
      const program = compiled[index];
      if (program === undefined || this.#isOver) return;
      if (this.#budget <= 0) {
        this.#stop(
          type,
          place,
          "validation failed due to running out of cost budget, no further validation rules will be run",
        );
        return;
      }
      this.#judgeRule(rule, program, { type, value, place, self, old });
    }
  }

  #judgeRule(rule: ExpressionRule, program: RuleProgram, judged: Judged): void {
    const { type, place, old } = judged;
    const said = ruleText(rule);
    if ("issues" in program.rule) {
      this.faults.push(typed(type, place, `rule compile error: compilation failed: ${program.rule.issues}`));
      return;
    }
    if (program.usesOldSelf && old === undefined && rule.optionalOldSelf !== true) return;
    const outcome = this.#evaluate(program.rule, variables(rule, judged));
    if (outcome === undefined) {
      this.#stop(
        type,
        place,
        "validation failed due to running out of cost budget, no further validation rules will be run",
      );
      return;
    }
    if ("error" in outcome) {
      if (outcome.exceeded) {
        const why = `'${outcome.error}': no further validation rules will be run due to call cost exceeds limit for rule: ${said}`;
        this.#stop(type, place, why);
      } else if (outcome.error.startsWith("no such overload")) {
        const why = `'${outcome.error}': call arguments did not match a supported operator, function or macro signature for rule: ${said}`;
        this.faults.push(typed(type, place, why));
      } else this.faults.push(typed(type, place, `${outcome.error} evaluating rule: ${said}`));
      return;
    }
    if (outcome.value === true) return;
    const fault = failed(rule, judged, this.#message(rule, program, judged));
    if (!program.usesOldSelf && place.isUnchanged) this.warnings.push(`${fault.field}: ${fault.message}`);
    else this.faults.push(fault);
  }

  /** Undefined when it costs more than is left. */
  #evaluate(program: Program, values: Readonly<Record<string, Value>>): Outcome | undefined {
    const outcome = program.evaluate(values, callCostLimit);
    if (outcome.cost > this.#budget) return undefined;
    this.#budget -= outcome.cost;
    return outcome;
  }

  /** The message expression's text when it makes a good one. */
  #message(rule: ExpressionRule, program: RuleProgram, judged: Judged): string {
    const { message } = program;
    const otherwise = rule.message ? rule.message.trim() : `failed rule: ${ruleText(rule)}`;
    if (message === undefined || "issues" in message) return otherwise;
    const outcome = this.#evaluate(message, variables(rule, judged));
    if (outcome === undefined) {
      this.#isOver = true;
      return "messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run";
    }
    if ("error" in outcome) {
      if (!outcome.exceeded) return otherwise;
      this.#isOver = true;
      return `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${JSON.stringify(message.expression)}`;
    }
    const text = typeof outcome.value === "string" ? outcome.value.trim() : "";
    const isGood = text !== "" && !text.includes("\n") && Buffer.byteLength(text) <= maxMessage;
    return isGood ? text : otherwise;
  }

  #stop(type: TypeSchema, place: Place, why: string): void {
    this.faults.push(typed(type, place, why));
    this.#isOver = true;
  }
}

/** A value under a rule. */
interface Judged {
  readonly type: TypeSchema;
  readonly value: unknown;
  readonly place: Place;
  readonly self: Value;
  readonly old: Value | undefined;
}

function variables(rule: ExpressionRule, { self, old }: Judged): Readonly<Record<string, Value>> {
  if (rule.optionalOldSelf === true) return { self, oldSelf: new OptionalValue(old) };
  return old === undefined ? { self } : { self, oldSelf: old };
}

function inner(place: Place, old: unknown, value: unknown, path: string): Place {
  // Where it can't be told which the old value is, the nearest one around decides.
  const isUnchanged = old === undefined ? place.isUnchanged : jsonEqual(old, value);
  return { old, path, isUnchanged };
}

function childPath(path: string, key: string, isField: boolean): string {
  if (!isField) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}

function ruleText(rule: ExpressionRule): string {
  return (rule.message || rule.rule).trim();
}

/** A fault that shows the value's type in place of the value. */
function typed(type: TypeSchema, place: Place, why: string): FieldFault {
  return invalidValue(place.path === "" ? "<nil>" : place.path, schemaType(type), why);
}

function schemaType(type: TypeSchema): string {
  if (type.type === "list") return "array";
  if (type.type === "map") return "object";
  return type.type === "any" || type.type === "int-or-string" ? "" : type.type;
}

const labels: Readonly<Record<string, string>> = {
  FieldValueForbidden: "Forbidden",
  FieldValueRequired: "Required value",
  FieldValueDuplicate: "Duplicate value",
};

function failed(rule: ExpressionRule, { type, value, place }: Judged, text: string): FieldFault {
  const reason = rule.reason ?? "FieldValueInvalid";
  const label = labels[reason] ?? "Invalid value";
  const path = place.path + normalizedPath(rule.fieldPath, place.path);
  const isWhole = ["object", "array"].includes(schemaType(type));
  const shownValue =
    isWhole || reason === "FieldValueForbidden" || reason === "FieldValueRequired" ? [] : [show(value)];
  // A duplicate is what it is: upstream drops the text.
  const said = reason === "FieldValueDuplicate" ? [] : [text];
  return {
    reason,
    field: path === "" ? "<nil>" : path,
    message: [label, ...shownValue, ...said].join(": "),
  };
}

/** `.a['b c']` as messages print it. */
function normalizedPath(fieldPath: string | undefined, parent: string): string {
  if (fieldPath === undefined) return "";
  const path = fieldPath.replace(
    /\['((?:[^'\\]|\\.)*)'\]/g,
    (_match, name: string) => `.${name.replace(/\\(.)/g, "$1")}`,
  );
  return parent === "" ? path.replace(/^\./, "") : path;
}
