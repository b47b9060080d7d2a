import { isObject } from "@catalyst/base/json";
import type { SchemaNode } from "./document.ts";
import type { Problem } from "./problems.ts";
import type { Application, Scope, Validation } from "./validate.ts";

/** Checks a value against the schemas of references whose target depends on how the schema was reached. */
export function checkReferences(application: Application): Problem[] {
  const { schema, validation } = application;
  const { draft } = validation.document;
  const problems: (Problem | undefined)[] = [];
  const recursive = schema["$recursiveRef"];
  if (draft === 2019 && typeof recursive === "string") {
    problems.push(validation.referred(application, "$recursiveRef", recursiveTarget(application, recursive)));
  }
  const dynamic = schema["$dynamicRef"];
  if (draft === 2020 && typeof dynamic === "string") {
    problems.push(validation.referred(application, "$dynamicRef", dynamicTarget(application, dynamic)));
  }
  return problems.filter((problem) => problem !== undefined);
}

function recursiveTarget({ scope, validation }: Application, reference: string): SchemaNode {
  const { document } = validation;
  const isAnchor = (node: SchemaNode) => isObject(node.value) && node.value["$recursiveAnchor"] === true;
  const target = document.resolve(scope.node, reference);
  return isAnchor(target) ? outermost(scope, target, "", isAnchor, validation) : target;
}

function dynamicTarget({ scope, validation }: Application, reference: string): SchemaNode {
  const { document } = validation;
  const target = document.resolve(scope.node, reference);
  const anchor = reference.slice(reference.indexOf("#") + 1);
  const isAnchor = (node: SchemaNode) => isObject(node.value) && node.value["$dynamicAnchor"] === anchor;
  if (!reference.includes("#") || !isAnchor(target)) return target;
  return outermost(scope, target, anchor, isAnchor, validation);
}

/** The target the outermost schema on the way offers. Every step of the way counts as work. */
function outermost(
  scope: Scope,
  fallback: SchemaNode,
  anchor: string,
  isAnchor: (node: SchemaNode) => boolean,
  validation: Validation,
): SchemaNode {
  let target = fallback;
  let steps = 0;
  let base: string | undefined;
  for (let one: Scope | undefined = scope; one !== undefined; one = one.parent) {
    steps++;
    // Those of one file offer the same.
    if (one.node.base === base) continue;
    base = one.node.base;
    const found = validation.document.anchored(one.node, anchor);
    if (found !== undefined && isAnchor(found)) target = found;
  }
  validation.spend(0, steps);
  return target;
}
