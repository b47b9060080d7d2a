import { describe, expect, test } from "vitest";
import { compileCustomType } from "./compile.ts";
import { checkExpressions } from "./expressions.ts";

function typeWith(spec: Record<string, unknown>) {
  return compileCustomType({ type: "object", properties: { spec: { type: "object", ...spec } } }, false);
}

const integers = {
  properties: { min: { type: "integer" }, max: { type: "integer" }, name: { type: "string" } },
};

describe("CEL rules", () => {
  const ordered = typeWith({
    ...integers,
    "x-kubernetes-validations": [{ rule: "self.min <= self.max", message: "min must not be above max" }],
  });

  test("hold or refuse with their message", () => {
    expect(checkExpressions(ordered, { spec: { min: 1, max: 2 } }, undefined)).toEqual([]);
    expect(checkExpressions(ordered, { spec: { min: 3, max: 2 } }, undefined)).toEqual([
      {
        reason: "FieldValueInvalid",
        field: "spec",
        message: 'Invalid value: {"max":2,"min":3}: min must not be above max',
      },
    ]);
  });

  test("without a message name themselves; a messageExpression goes before", () => {
    const plain = typeWith({ ...integers, "x-kubernetes-validations": [{ rule: "self.min > 0" }] });
    expect(checkExpressions(plain, { spec: { min: 0 } }, undefined)[0]?.message).toContain(
      "failed rule: self.min > 0",
    );
    const spoken = typeWith({
      ...integers,
      "x-kubernetes-validations": [
        { rule: "self.min > 0", messageExpression: '"no: " + self.name', message: "x" },
      ],
    });
    expect(checkExpressions(spoken, { spec: { min: 0, name: "n" } }, undefined)[0]?.message).toContain(
      "no: n",
    );
  });

  test("with oldSelf are transition rules: only for updates", () => {
    const fixed = typeWith({
      properties: {
        name: { type: "string", "x-kubernetes-validations": [{ rule: "self == oldSelf", message: "fixed" }] },
      },
    });
    expect(checkExpressions(fixed, { spec: { name: "b" } }, undefined)).toEqual([]);
    expect(checkExpressions(fixed, { spec: { name: "a" } }, { spec: { name: "a" } })).toEqual([]);
    expect(checkExpressions(fixed, { spec: { name: "b" } }, { spec: { name: "a" } })).toEqual([
      { reason: "FieldValueInvalid", field: "spec.name", message: 'Invalid value: "b": fixed' },
    ]);
  });

  test("compare list items by their keys", () => {
    const list = typeWith({
      properties: {
        items: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name"],
          items: {
            type: "object",
            properties: { name: { type: "string" }, size: { type: "integer" } },
            "x-kubernetes-validations": [{ rule: "self.size >= oldSelf.size", message: "may only grow" }],
          },
        },
      },
    });
    const before = {
      spec: {
        items: [
          { name: "a", size: 2 },
          { name: "b", size: 5 },
        ],
      },
    };
    const after = {
      spec: {
        items: [
          { name: "b", size: 5 },
          { name: "a", size: 1 },
          { name: "c", size: 0 },
        ],
      },
    };
    expect(checkExpressions(list, after, before).map((fault) => fault.field)).toEqual(["spec.items[1]"]);
  });

  test("that can't be evaluated refuse the object", () => {
    const broken = typeWith({ ...integers, "x-kubernetes-validations": [{ rule: "self.min > 0" }] });
    expect(checkExpressions(broken, { spec: {} }, undefined)[0]?.message).toContain("rule evaluation error");
  });

  test("are not run past the cost budget: nested loops over a long list", () => {
    const nested = typeWith({
      properties: {
        list: { type: "array", items: { type: "integer" } },
      },
      "x-kubernetes-validations": [
        { rule: "self.list.all(a, self.list.exists_one(b, a == b && self.list.all(c, c >= 0)))" },
        { rule: "false" },
      ],
    });
    const spec = (length: number) => ({ spec: { list: Array.from({ length }, (_, index) => index) } });
    const messages = (length: number) =>
      checkExpressions(nested, spec(length), undefined).map((fault) => fault.message);
    expect(messages(3)).toHaveLength(1);
    expect(messages(100_000)).toEqual([
      'Invalid value: "object": validation failed due to running out of cost budget, no further validation rules will be run',
    ]);
  });
});
