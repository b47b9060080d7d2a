import { type CompiledTemplate, rootName } from "../template/index.ts";
import { quote } from "../template/quoting.ts";
import { deepEqual, kindName, typeName } from "../template/types.ts";
import { fixed, GoError, type GoFunction, type Value, variadic } from "../template/values.ts";
import { isEmpty } from "./convert.ts";
import type { Run } from "./environment.ts";

/** How often a template may include itself. */
const includeLimit = 1000;

/** Marks the text of `fail` and `required`, which is shown without the place's details. */
export const warningStart = "HELM_ERR_START";
export const warningEnd = "HELM_ERR_END";

export const flowFunctions: readonly (readonly [string, GoFunction])[] = [
  ["include", fixed(["string", "any"], ([name, data], run: Run) => include(name, data, run))],
  ["tpl", fixed(["string", "any"], ([text, data], run: Run) => renderText(text, data, run))],
  ["required", fixed(["string", "any"], ([warning, value], run: Run) => required(warning, value, run))],
  ["fail", fixed(["string"], ([message], run: Run) => fail(message, run))],
  [
    "lookup",
    fixed(["string", "string", "string", "string"], ([apiVersion, kind, namespace, name], run: Run) =>
      run.environment.lookup(apiVersion, kind, namespace, name),
    ),
  ],
  ["default", variadic(["any"], "any", ([fallback, ...given]) => (isEmpty(given[0]) ? fallback : given[0]))],
  ["empty", fixed(["any"], ([value]) => isEmpty(value))],
  ["coalesce", variadic([], "any", (values) => values.find((value) => !isEmpty(value)) ?? null)],
  ["all", variadic([], "any", (values) => values.every((value) => !isEmpty(value)))],
  ["any", variadic([], "any", (values) => values.some((value) => !isEmpty(value)))],
  ["ternary", fixed(["any", "any", "bool"], ([yes, no, condition]) => (condition ? yes : no))],
  ["typeOf", fixed(["any"], ([value]) => typeName(value))],
  ["typeIs", fixed(["string", "any"], ([type, value]) => typeName(value) === type)],
  ["typeIsLike", fixed(["string", "any"], ([type, value]) => [type, `*${type}`].includes(typeName(value)))],
  ["kindOf", fixed(["any"], ([value]) => kindName(value))],
  ["kindIs", fixed(["string", "any"], ([kind, value]) => kindName(value) === kind)],
  ["deepEqual", fixed(["any", "any"], ([a, b]) => deepEqual(a, b))],
  // Rendering reaches no network, so a name never resolves.
  ["getHostByName", fixed(["string"], () => "")],
];

function include(name: string, data: Value, run: Run): string {
  const { included } = run.environment;
  const times = included.get(name) ?? 0;
  if (times > includeLimit) {
    throw new GoError(`rendering template has a nested reference name: ${name}: unable to execute template`);
  }
  included.set(name, times + 1);
  const text = run.templates.execute(name, data, run.environment, run.budget, run.depth + 1);
  included.set(name, times);
  return text;
}

function renderText(text: string, data: Value, run: Run): string {
  const templates = run.templates.extend();
  let template: CompiledTemplate;
  try {
    template = templates.parse(rootName, text);
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw wrapped(`cannot parse template ${quote(text)}`, error);
  }
  let output: string;
  try {
    output = templates.run(template, data, run.environment, run.budget, run.depth + 1);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "TemplateError") throw error;
    throw wrapped(`error during tpl function execution for ${quote(text)}`, error);
  }
  return output.replaceAll("<no value>", "");
}

function wrapped(what: string, cause: Error): GoError {
  return new GoError(`${what}: ${cause.message}`, { cause });
}

function required(warning: string, value: Value, run: Run): Value {
  if (value !== null && value !== undefined && value !== "") return value;
  if (run.environment.lint) return "";
  throw new GoError(warningStart + warning + warningEnd);
}

function fail(message: string, run: Run): string {
  if (run.environment.lint) return "";
  throw new GoError(warningStart + message + warningEnd);
}
