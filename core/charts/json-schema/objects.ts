import { goRegexp } from "@catalyst/base/go-regexp";
import { isObject } from "@catalyst/base/json";
import { escapeToken, type SchemaNode } from "./document.ts";
import { type Problem, problemAt, quoted, quotedList } from "./problems.ts";
import { counted, isCount } from "./scalars.ts";
import type { Application } from "./validate.ts";

/** Checks an object's size, its properties and what they ask for. */
export function checkObject(application: Application, value: Record<string, unknown>): Problem[] {
  const { schema, path, validation } = application;
  const { draft } = validation.document;
  return [
    ...checkSize(schema, value).map((text) => problemAt(path, text)),
    ...checkDependencies(application, value, "dependencies"),
    ...checkProperties(application, value),
    ...(draft >= 6 ? checkNames(application, value) : []),
    ...(draft >= 2019 ? checkDependencies(application, value, "dependentSchemas") : []),
    ...(draft >= 2019 ? checkDependencies(application, value, "dependentRequired") : []),
  ];
}

function checkSize(schema: Record<string, unknown>, value: Record<string, unknown>): string[] {
  const { minProperties, maxProperties, required } = schema;
  const size = Object.keys(value).length;
  const problems: string[] = [];
  if (isCount(minProperties) && size < minProperties)
    problems.push(counted("minProperties", size, minProperties));
  if (isCount(maxProperties) && size > maxProperties)
    problems.push(counted("maxProperties", size, maxProperties));
  const missing = missingOf(required, value);
  if (missing.length > 0) {
    problems.push(`missing ${missing.length === 1 ? "property" : "properties"} ${quotedList(missing)}`);
  }
  return problems;
}

function missingOf(required: unknown, value: Record<string, unknown>): string[] {
  const names = Array.isArray(required) ? required : [];
  return names.filter((name): name is string => typeof name === "string" && !Object.hasOwn(value, name));
}

/** Checks what a property asks for when it is there: other properties, or a schema for the whole object. */
function checkDependencies(
  application: Application,
  value: Record<string, unknown>,
  keyword: string,
): Problem[] {
  const { schema, scope, path, validation } = application;
  const dependencies = schema[keyword];
  if (!isObject(dependencies)) return [];
  return Object.entries(dependencies).flatMap(([name, dependency]) => {
    if (!Object.hasOwn(value, name)) return [];
    if (Array.isArray(dependency)) {
      const missing = missingOf(dependency, value);
      return missing.length === 0
        ? []
        : [problemAt(path, `properties ${quotedList(missing)} required, if ${quoted(name)} exists`)];
    }
    const node = validation.document.child(scope.node, keyword, name);
    const problem =
      node === undefined || keyword === "dependentRequired" ? undefined : validation.same(application, node);
    return problem === undefined ? [] : [problem];
  });
}

function checkProperties(application: Application, value: Record<string, unknown>): Problem[] {
  const { schema, scope, path, validation, unevaluated } = application;
  const { document } = validation;
  const properties = document.child(scope.node, "properties");
  const patterned = document.child(scope.node, "patternProperties");
  const patterns = isObject(patterned?.value) ? Object.keys(patterned.value) : noPatterns;
  const names = Object.keys(value);
  validation.spend(patterns.length * (names.length + 1), names.length);
  const expressions = patterns.map((pattern) => [pattern, goRegexp(pattern)] as const);
  const additional = schema["additionalProperties"];
  const others = isObject(additional) ? document.child(scope.node, "additionalProperties") : undefined;
  const refused: string[] = [];
  const problems: Problem[] = [];
  for (const name of names) {
    let isKnown = false;
    const check = (node: SchemaNode | undefined): void => {
      if (node === undefined) return;
      isKnown = true;
      const problem = validation.inside(node, value[name], `${path}/${escapeToken(name)}`, scope);
      if (problem !== undefined) problems.push(problem);
    };
    if (properties !== undefined) check(document.child(properties, name));
    for (const [pattern, expression] of expressions) {
      if (patterned !== undefined && expression.test(name)) check(document.child(patterned, pattern));
    }
    if (!isKnown && additional === false) refused.push(name);
    else if (!isKnown) check(others);
    if (isKnown || additional !== undefined) unevaluated?.delete(name);
  }
  if (refused.length > 0)
    problems.push(problemAt(path, `additional properties ${quotedList(refused)} not allowed`));
  return problems;
}

const noPatterns: readonly string[] = [];

function checkNames({ scope, path, validation }: Application, value: Record<string, unknown>): Problem[] {
  const node = validation.document.child(scope.node, "propertyNames");
  if (node === undefined) return [];
  return Object.keys(value).flatMap((name) => {
    const problem = validation.inside(node, name, "", scope);
    if (problem === undefined) return [];
    const causes = problem.holds === "group" ? problem.causes : [problem];
    return [problemAt(path, `invalid propertyName ${quoted(name)}`, causes)];
  });
}
