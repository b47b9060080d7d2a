import { type CelType, compileExpression, mutationExtension, type Program, sameType } from "../cel/index.ts";
import { type Place, variableTypes } from "./variables.ts";

/** An expression that can't be used in its place: why, in upstream's words. */
export interface Unusable {
  readonly unusable: string;
}

/** Compiles an expression that gives a value of one of these types; without any, a value of any type. */
export function compileIn(
  place: Place,
  expression: string,
  results: readonly CelType[] = [],
): Program | Unusable {
  const compiled = compileExpression(
    expression,
    variableTypes(place),
    place.mutates === true ? mutationExtension : undefined,
  );
  if ("issues" in compiled) return { unusable: `compilation failed: ${compiled.issues}` };
  if (results.length === 0 || results.some((type) => sameType(type, compiled.type))) return compiled;
  const names = results.map(nameOf);
  const wanted = names.length === 1 ? names[0] : `one of [${names.join(" ")}]`;
  return { unusable: `must evaluate to ${wanted} but got ${nameOf(compiled.type)}` };
}

/** A type as Kubernetes' own messages name it; cel-go's name some otherwise. */
function nameOf(type: CelType): string {
  return type.params.length === 0 ? type.name : `${type.name}(${type.params.map(nameOf).join(", ")})`;
}
