import { isObject } from "@catalyst/base/json";
import { labelOf, meetsRequirement } from "@catalyst/ports/kubernetes";
import { badRequest } from "../status.ts";
import { labelValue, qualifiedName } from "../validate/names.ts";

type Labels = Readonly<Record<string, string>>;

export interface LabelSelector {
  matches(labels: Labels | undefined): boolean;
  /** Values that `key` must have one of, when the selector says so by `=` or `in`: for an index. */
  required(key: string): readonly string[] | undefined;
  readonly everything: boolean;
}

interface Requirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt";
  readonly values: readonly string[];
}

class Requirements implements LabelSelector {
  readonly #requirements: readonly Requirement[];

  constructor(requirements: readonly Requirement[]) {
    this.#requirements = requirements;
  }

  get everything(): boolean {
    return this.#requirements.length === 0;
  }

  matches(labels: Labels = {}): boolean {
    return this.#requirements.every((requirement) =>
      meetsRequirement(requirement, labelOf(labels, requirement.key)),
    );
  }

  required(key: string): readonly string[] | undefined {
    return this.#requirements.find((requirement) => requirement.key === key && requirement.operator === "In")
      ?.values;
  }
}

const everything: LabelSelector = new Requirements([]);

const nothing: LabelSelector = {
  matches: () => false,
  required: () => [],
  everything: false,
};

/** Parses `a=b,c in (d,e),!f` as `labelSelector` holds it. Throws StatusError 400. */
export function parseLabelSelector(text: string): LabelSelector {
  if (text.trim() === "") return everything;
  return new Requirements(splitOutsideParentheses(text).map((part) => parseRequirement(part, text)));
}

function splitOutsideParentheses(text: string): string[] {
  return text.split(/,(?![^()]*\))/);
}

const setForm = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/;
const equalForm = /^([^\s=!<>]+)\s*(==|=|!=|<|>)\s*([^\s=!<>,()]*)$/;
const existsForm = /^(!?)\s*([^\s=!<>(),]+)$/;

function parseRequirement(part: string, whole: string): Requirement {
  const text = part.trim();
  const set = setForm.exec(text);
  if (set !== null) {
    const [, key = "", operator, values = ""] = set;
    return checked(
      { key, operator: operator === "in" ? "In" : "NotIn", values: values.split(",").map((v) => v.trim()) },
      whole,
    );
  }
  const equal = equalForm.exec(text);
  if (equal !== null) {
    const [, key = "", operator = "", value = ""] = equal;
    return checked({ key, operator: operators[operator] ?? "In", values: [value] }, whole);
  }
  const exists = existsForm.exec(text);
  if (exists === null) throw unparsable(whole, `found '${text}'`);
  return checked(
    { key: exists[2] ?? "", operator: exists[1] === "!" ? "DoesNotExist" : "Exists", values: [] },
    whole,
  );
}

const operators: Readonly<Record<string, Requirement["operator"]>> = {
  "=": "In",
  "==": "In",
  "!=": "NotIn",
  ">": "Gt",
  "<": "Lt",
};

function checked(requirement: Requirement, whole: string): Requirement {
  const [fault] = qualifiedName(requirement.key);
  if (fault !== undefined) throw unparsable(whole, `key: Invalid value: "${requirement.key}": ${fault}`);
  const compares = requirement.operator === "Gt" || requirement.operator === "Lt";
  for (const value of requirement.values) {
    const wrong = compares
      ? /^-?\d+$/.test(value)
        ? undefined
        : "for 'Gt', 'Lt' operators, the value must be an integer"
      : labelValue(value)[0];
    if (wrong !== undefined) throw unparsable(whole, `values: Invalid value: "${value}": ${wrong}`);
  }
  return requirement;
}

function unparsable(text: string, why: string) {
  return badRequest(`unable to parse requirement: ${why} (in ${JSON.stringify(text)})`);
}

const expressionOperators = ["In", "NotIn", "Exists", "DoesNotExist"] as const;

/** The selector of a meta/v1 LabelSelector (`matchLabels`, `matchExpressions`); undefined selects nothing. */
export function labelSelectorOf(value: unknown): LabelSelector {
  if (!isObject(value)) return nothing;
  const requirements: Requirement[] = [];
  const { matchLabels, matchExpressions } = value;
  if (isObject(matchLabels)) {
    for (const [key, label] of Object.entries(matchLabels)) {
      requirements.push({ key, operator: "In", values: [String(label)] });
    }
  }
  for (const expression of Array.isArray(matchExpressions) ? matchExpressions : []) {
    const { key, operator, values } = expression as Record<string, unknown>;
    const known = expressionOperators.find((each) => each === operator);
    if (known === undefined) return nothing;
    requirements.push({
      key: String(key),
      operator: known,
      values: Array.isArray(values) ? values.map(String) : [],
    });
  }
  return new Requirements(requirements);
}
