import { describe, expect, it } from "vitest";
import { compileExpression, jsonOf, mutationExtension } from "./index.ts";

function given(expression: string): unknown {
  const program = compileExpression(expression, {}, mutationExtension);
  if ("issues" in program) return program.issues.split("\n")[0];
  const outcome = program.evaluate({});
  return "value" in outcome ? jsonOf(outcome.value) : outcome.error;
}

describe("expressions of mutating policies", () => {
  it.each([
    ["an object", `Object{spec: Object.spec{replicas: 1 + 2}}`, { spec: { replicas: 3 } }],
    ["an empty object", `true ? Object{} : Object { a: 1 }`, {}],
    ["objects in lists and maps", `Object{a: [Object.a{b: {"c{": 1}}]}`, { a: [{ b: { "c{": 1 } }] }],
    [
      "operations of a patch",
      `[JSONPatch{op: "add", path: "/a/" + jsonpatch.escapeKey("b/~c"), value: {"d": 1}}]`,
      [{ op: "add", path: "/a/b~1~0c", value: { d: 1 } }],
    ],
    ["a map behind `in`", `1 in {1: 2}`, true],
    [
      "a field of another type",
      `JSONPatch{op: 1}`,
      "ERROR: <input>:1:13: expected type of field 'op' is 'string' but provided type is 'int'",
    ],
    [
      "an unknown field",
      `JSONPatch{nope: 1}`,
      "ERROR: <input>:1:15: expected type of field 'nope' is '' but provided type is 'int'",
    ],
    [
      "an unknown type",
      `Other{a: 1}`,
      "ERROR: <input>:1:6: undeclared reference to 'Other' (in container '')",
    ],
    [
      "a place behind a struct",
      `Object{a: 1} == none`,
      "ERROR: <input>:1:17: undeclared reference to 'none' (in container '')",
    ],
  ])("make %s", (_name, expression, expected) => {
    expect(given(expression)).toEqual(expected);
  });

  it("are no expressions elsewhere", () => {
    for (const expression of ["Object{}", `jsonpatch.escapeKey("a")`]) {
      expect(compileExpression(expression, {})).toHaveProperty("issues");
    }
  });
});
