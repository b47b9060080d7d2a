import {
  boolType,
  type Declaration,
  declareSchema,
  maxRequestSize,
  sameType,
  stringType,
} from "../../cel/index.ts";
import { each, type Fields, number, text } from "../../resources/fields.ts";
import type { ExpressionRule, TypeSchema } from "../../schema/type-schema.ts";
import type { FieldFault } from "../../status.ts";
import { forbidden, invalidValue, required, unsupported } from "../../validate/faults.ts";
import { compileRule } from "../rule-program.ts";
import { findField } from "./field-path.ts";

/** What one rule may cost by estimate, and all of a schema together. */
const ruleCostLimit = 10_000_000;
const totalCostLimit = 100_000_000;

/** A part of a schema whose rules can be compiled. */
export interface RuleContext {
  readonly type: TypeSchema;
  readonly schema: Fields;
  /** It is a whole Kubernetes object. */
  readonly isResource: boolean;
  /** How often such a value may be in an object, by the bounds of what is around it; undefined without bounds. */
  readonly cardinality: number | undefined;
  readonly costs: RuleCosts;
}

/** The context of a part further inside; undefined where expressions don't get. */
export function within(
  context: RuleContext,
  step: "items" | "values" | { readonly field: string },
  schema: Fields,
): RuleContext | undefined {
  const { type } = context;
  const inner =
    step === "items" ? type.items : step === "values" ? type.values : type.fields?.get(step.field)?.type;
  if (inner === undefined) return undefined;
  const most = mostElements(context.schema);
  return {
    type: inner,
    schema,
    isResource: inner.embedded === true,
    cardinality:
      context.cardinality === undefined || most === undefined ? undefined : context.cardinality * most,
    costs: context.costs,
  };
}

function mostElements(schema: Fields): number | undefined {
  const bound = (name: string) => {
    const value = number(schema, name);
    return value === undefined ? undefined : Math.max(0, value);
  };
  if (schema["type"] === "array") return bound("maxItems");
  if (schema["type"] === "object" && schema["additionalProperties"] !== undefined)
    return bound("maxProperties");
  return 1;
}

/** The estimated costs of all rules of a schema. */
export class RuleCosts {
  #total = 0;
  #dearest: { readonly field: string; readonly cost: number }[] = [];

  add(field: string, cost: number): void {
    this.#total += cost;
    if (cost < totalCostLimit / 100) return;
    this.#dearest = [...this.#dearest, { field, cost }].sort((a, b) => b.cost - a.cost).slice(0, 4);
  }

  totalFaults(root: string): readonly FieldFault[] {
    if (this.#total <= totalCostLimit) return [];
    const why = "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema";
    const name = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema";
    return [
      ...this.#dearest.map(({ field }) => forbidden(field, why)),
      forbidden(root, costMessage(name, this.#total, totalCostLimit)),
    ];
  }
}

function costMessage(name: string, cost: number, limit: number): string {
  const factor = cost / limit;
  const shown =
    factor > 100 ? "more than 100x" : factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`;
  return `${name} exceeds budget by factor of ${shown} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}

/** What the rules of one part are checked with. */
interface Judgement {
  readonly context: RuleContext | undefined;
  /** Nothing is wrong with the part's schema: only then rules are compiled. */
  readonly isSound: boolean;
  readonly uncorrelated: string | undefined;
}

/** What is wrong with the rules of one part: with what is said of them, and with the expressions themselves. */
export function ruleFaults(
  schema: Fields,
  path: string,
  { context, isSound, uncorrelated }: Judgement,
): { readonly schema: readonly FieldFault[]; readonly rules: readonly FieldFault[] } {
  const rules = each(schema, "x-kubernetes-validations");
  const said = rules.flatMap((rule, index) =>
    writtenFaults(rule, schema, `${path}.x-kubernetes-validations[${index}]`),
  );
  if (rules.length === 0 || said.length > 0 || !isSound || context === undefined) {
    return { schema: said, rules: [] };
  }
  const declaration = declareSchema(context.type, context.isResource);
  const compiled = rules.flatMap((rule, index) => {
    const field = `${path}.x-kubernetes-validations[${index}]`;
    if (declaration === undefined) {
      return [internal(`${path}.x-kubernetes-validations`)];
    }
    return compiledFaults(rule as unknown as ExpressionRule, field, context, declaration, uncorrelated);
  });
  return { schema: said, rules: compiled };
}

function internal(field: string): FieldFault {
  const why =
    "failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations";
  return { reason: "InternalError", message: `Internal error: internal error: ${why}`, field };
}

const reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];
const lineBreak = /[\n\r]/;

function writtenFaults(rule: Fields, schema: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const expression = text(rule, "rule").trim();
  const message = text(rule, "message");
  if (expression === "") faults.push(required(`${path}.rule`, "rule is not specified"));
  else if (message !== "" && message.trim() === "") {
    faults.push(invalidValue(`${path}.message`, message, "must be non-empty if specified"));
  } else if (lineBreak.test(message.trim())) {
    faults.push(invalidValue(`${path}.message`, message, "must not contain line breaks"));
  } else if (lineBreak.test(expression) && message.trim() === "") {
    const why = "message must be specified if rule contains line breaks";
    faults.push(required(`${path}.message`, why));
  }
  const messageExpression = text(rule, "messageExpression");
  if (messageExpression !== "" && messageExpression.trim() === "") {
    const why = "messageExpression must be non-empty if specified";
    faults.push(required(`${path}.messageExpression`, why));
  }
  const reason = rule["reason"];
  if (reason !== undefined && !reasons.includes(String(reason))) {
    faults.push(unsupported(`${path}.reason`, reason, reasons));
  }
  return [...faults, ...fieldPathFaults(text(rule, "fieldPath"), schema, `${path}.fieldPath`)];
}

function fieldPathFaults(value: string, schema: Fields, field: string): readonly FieldFault[] {
  if (value === "") return [];
  const faults: FieldFault[] = [];
  if (value.trim() === "") faults.push(invalidValue(field, value, "must be non-empty if specified"));
  if (lineBreak.test(value)) faults.push(invalidValue(field, value, "must not contain line breaks"));
  if ("problem" in findField(value, schema)) faults.push(invalidValue(field, value, "must be a valid path"));
  return faults;
}

function compiledFaults(
  rule: ExpressionRule,
  path: string,
  context: RuleContext,
  declaration: Declaration,
  uncorrelated: string | undefined,
): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const program = compileRule(rule, declaration);
  const times = context.cardinality ?? Math.floor(maxRequestSize / (declaration.minSerializedSize + 1));
  const judge = (field: string, name: string, cost: number) => {
    const all = cost === 0 ? 0 : cost * times;
    if (all > ruleCostLimit) faults.push(forbidden(field, costMessage(name, all, ruleCostLimit)));
    context.costs.add(field, all);
  };
  const field = `${path}.rule`;
  if ("issues" in program.rule) {
    faults.push(ruleInvalid(field, rule, `compilation failed: ${program.rule.issues}`));
    return faults;
  }
  if (!sameType(program.rule.type, boolType)) {
    faults.push(ruleInvalid(field, rule, "cel expression must evaluate to a bool"));
    return faults;
  }
  judge(field, "estimated rule cost", program.rule.estimate(declaration));
  const message = program.message;
  const messageField = `${path}.messageExpression`;
  if (message !== undefined && "issues" in message) {
    faults.push(ruleInvalid(messageField, rule, `messageExpression compilation failed: ${message.issues}`));
  } else if (message !== undefined && !sameType(message.type, stringType)) {
    faults.push(ruleInvalid(messageField, rule, "messageExpression must evaluate to a string"));
  } else if (message !== undefined) {
    judge(messageField, "estimated messageExpression cost", message.estimate(declaration));
  }
  if (program.usesOldSelf && uncorrelated !== undefined) {
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
    faults.push(invalidValue(field, rule.rule, why));
  } else if (!program.usesOldSelf && rule.optionalOldSelf !== undefined) {
    const why = "may not be set if oldSelf is not used in rule";
    faults.push(invalidValue(`${path}.optionalOldSelf`, rule.optionalOldSelf, why));
  }
  return faults;
}

/** Upstream shows the whole rule, as its internal type prints. */
function ruleInvalid(field: string, rule: ExpressionRule, why: string): FieldFault {
  const shown = JSON.stringify({
    Rule: rule.rule,
    Message: rule.message ?? "",
    MessageExpression: rule.messageExpression ?? "",
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? "",
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  }).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  return { reason: "FieldValueInvalid", field, message: `Invalid value: ${shown}: ${why}` };
}
