import {
  boolType,
  type CelType,
  type CompileFailure,
  compileExpression,
  type Declaration,
  dynType,
  jsonOf,
  listType,
  mapType,
  objectType,
  type Program,
  plainValue,
  sameType,
  stringType,
} from "../../machinery/cel/index.ts";

/** What an expression speaks of: the claims of a token, or the user that was made of them. */
export type Subject = "claims" | "user";

const texts = listType(stringType);

function declared(type: CelType): Declaration {
  return { type, maxElements: 0, minSerializedSize: 0 };
}

const types: Readonly<Record<Subject, CelType>> = {
  claims: mapType(stringType, dynType),
  user: objectType(
    "kubernetes.UserInfo",
    new Map([
      ["username", declared(stringType)],
      ["uid", declared(stringType)],
      ["groups", declared(texts)],
      ["extra", declared(mapType(stringType, texts))],
    ]),
  ),
};

/** Expressions are few, since they come from the configuration: each is compiled once. */
const compiled = new Map<string, Program | CompileFailure>();

function compile(expression: string, subject: Subject): Program | CompileFailure {
  const key = `${subject} ${expression}`;
  const known = compiled.get(key) ?? compileExpression(expression, { [subject]: types[subject] });
  compiled.set(key, known);
  return known;
}

/** Says why an expression can't be used, in upstream's words; undefined when it can. */
export function expressionProblem(
  expression: string,
  subject: Subject,
  isCondition: boolean,
): string | undefined {
  const program = compile(expression, subject);
  if ("issues" in program) return `compilation failed: ${program.issues}`;
  return !isCondition || sameType(program.type, boolType) ? undefined : "must evaluate to bool";
}

/** Gives what an expression makes of its subject, as JSON. Throws when it makes nothing of it. */
export function evaluateExpression(expression: string, subject: Subject, value: unknown): unknown {
  const program = compile(expression, subject);
  if ("issues" in program) throw new Error(`compilation failed: ${program.issues}`);
  const outcome = program.evaluate({ [subject]: plainValue(value) });
  if ("error" in outcome) throw new Error(`expression '${expression}' resulted in error: ${outcome.error}`);
  return jsonOf(outcome.value);
}
