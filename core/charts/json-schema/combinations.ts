import type { SchemaNode } from "./document.ts";
import { type Problem, problemAt } from "./problems.ts";
import type { Application } from "./validate.ts";

/** Checks a value against schemas combined by not, allOf, anyOf, oneOf and if. */
export function checkCombinations(application: Application): Problem[] {
  if (!application.scope.node.combines) return [];
  return [
    checkNot(application),
    checkAll(application),
    checkAny(application),
    checkOne(application),
    checkIf(application),
  ].filter((problem) => problem !== undefined);
}

function checkNot(application: Application): Problem | undefined {
  const node = part(application, "not");
  if (node === undefined || application.validation.same(application, node) !== undefined) return undefined;
  return problemAt(application.path, "'not' failed");
}

function checkAll(application: Application): Problem | undefined {
  const causes = parts(application, "allOf")
    .map((node) => application.validation.same(application, node))
    .filter((problem) => problem !== undefined);
  return causes.length === 0 ? undefined : problemAt(application.path, "'allOf' failed", causes);
}

function checkAny(application: Application): Problem | undefined {
  const nodes = parts(application, "anyOf");
  const causes: Problem[] = [];
  let isMatched = nodes.length === 0;
  for (const node of nodes) {
    const problem = application.validation.same(application, node);
    if (problem !== undefined) causes.push(problem);
    else {
      isMatched = true;
      // All of them are asked where it matters which properties they look at.
      if (!application.unevaluated?.size) break;
    }
  }
  return isMatched ? undefined : problemAt(application.path, "'anyOf' failed", causes);
}

function checkOne(application: Application): Problem | undefined {
  const nodes = parts(application, "oneOf");
  const causes: Problem[] = [];
  let matched: number | undefined;
  for (const [index, node] of nodes.entries()) {
    const problem = application.validation.same(application, node);
    if (problem !== undefined) {
      if (matched === undefined) causes.push(problem);
    } else if (matched === undefined) matched = index;
    else return problemAt(application.path, `'oneOf' failed, subschemas ${matched}, ${index} matched`);
  }
  if (nodes.length === 0 || matched !== undefined) return undefined;
  return problemAt(application.path, "'oneOf' failed, none matched", causes);
}

function checkIf(application: Application): Problem | undefined {
  const condition = application.validation.document.draft < 7 ? undefined : part(application, "if");
  if (condition === undefined) return undefined;
  const isMet = application.validation.same(application, condition) === undefined;
  const node = part(application, isMet ? "then" : "else");
  return node === undefined ? undefined : application.validation.same(application, node);
}

function part({ validation, scope }: Application, ...place: string[]): SchemaNode | undefined {
  return validation.document.child(scope.node, ...place);
}

function parts(application: Application, keyword: string): SchemaNode[] {
  const list = application.schema[keyword];
  return (Array.isArray(list) ? list : [])
    .map((_, index) => part(application, keyword, String(index)))
    .filter((node) => node !== undefined);
}
