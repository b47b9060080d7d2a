import { qualifiedName } from "../../../validate/names.ts";
import type { Place } from "../../../validate/place.ts";

const mostRules = 20;
const mostValues = 255;
const mostPatterns = 20;

const actions = ["Count", "FailIndex", "FailJob", "Ignore"];
const operators = ["In", "NotIn"];
const statuses = ["False", "True", "Unknown"];

/** Go's `%q` of a list. */
const quoted = (list: readonly string[]) => `[${list.map((text) => JSON.stringify(text)).join(" ")}]`;

/** Checks what a Job does of a Pod's failure, by how it failed. */
export function checkFailurePolicy(spec: Place): void {
  const rules = spec.at("podFailurePolicy", "rules");
  if (rules.size > mostRules) rules.tooMany(mostRules);
  const pod = spec.at("template", "spec");
  const containers = ["containers", "initContainers"].flatMap((list) => pod.at(list).items());
  const names = new Set(containers.map((container) => container.at("name").text));
  for (const rule of rules.items()) checkRule(rule, names, spec.at("backoffLimitPerIndex").isSet);
}

function checkRule(rule: Place, containers: ReadonlySet<string>, isPerIndex: boolean): void {
  const action = rule.at("action");
  const codes = rule.at("onExitCodes");
  const conditions = rule.at("onPodConditions");
  if (action.text === "") action.required(`valid values: ${quoted(actions)}`);
  else action.isOneOf(actions);
  if (action.text === "FailIndex" && !isPerIndex)
    action.invalid("requires the backoffLimitPerIndex to be set");
  if (codes.isSet) checkExitCodes(codes, containers);
  checkConditions(conditions);
  if (codes.isSet && conditions.size > 0) {
    rule.invalidWithout("specifying both OnExitCodes and OnPodConditions is not supported");
  }
  if (!codes.isSet && conditions.size === 0) {
    rule.invalidWithout("specifying one of OnExitCodes and OnPodConditions is required");
  }
}

function checkConditions(conditions: Place): void {
  if (conditions.size > mostPatterns) conditions.tooMany(mostPatterns);
  for (const condition of conditions.items()) {
    const status = condition.at("status");
    condition.at("type").follows(qualifiedName);
    if (status.text === "") status.required(`valid values: ${quoted(statuses)}`);
    else status.isOneOf(statuses);
  }
}

function checkExitCodes(codes: Place, containers: ReadonlySet<string>): void {
  const operator = codes.at("operator");
  const name = codes.at("containerName");
  const values = codes.at("values");
  if (operator.text === "") operator.required(`valid values: ${quoted(operators)}`);
  else operator.isOneOf(operators);
  if (name.isSet && !containers.has(name.text)) {
    name.invalid("must be one of the container or initContainer names in the pod template");
  }
  if (values.size === 0) values.invalid("at least one value is required", values.value ?? null);
  else if (values.size > mostValues) values.tooMany(mostValues);
  checkValues(values, operator.text);
}

function checkValues(values: Place, operator: string): void {
  const seen = new Set<number>();
  let previous = Number.NEGATIVE_INFINITY;
  let isOrdered = true;
  for (const value of values.items()) {
    if (operator === "In" && value.number === 0) value.invalid("must not be 0 for the In operator");
    if (seen.has(value.number)) value.duplicate();
    seen.add(value.number);
    if (previous > value.number) isOrdered = false;
    previous = value.number;
  }
  if (!isOrdered) values.invalid("must be ordered");
}
