import { describe, expect, test } from "vitest";
import { type LabelSelector, meetsRequirement, selects } from "./selector.ts";

describe("selects", () => {
  const labels = { app: "web", tier: "front" };
  const expression = (key: string, operator: string, ...values: string[]): LabelSelector => ({
    matchExpressions: [{ key, operator, values }],
  });
  test.each<[string, LabelSelector | undefined, boolean]>([
    ["no selector", undefined, false],
    ["an empty one", {}, true],
    ["a label that is so", { matchLabels: { app: "web" } }, true],
    ["one label of two that isn't so", { matchLabels: { app: "web", tier: "back" } }, false],
    ["a value among several", expression("app", "In", "api", "web"), true],
    ["a missing label among values", expression("zone", "In", ""), false],
    ["a value that is excluded", expression("app", "NotIn", "web"), false],
    ["a missing label that may be anything else", expression("zone", "NotIn", "a"), true],
    ["a label that is there", expression("tier", "Exists"), true],
    ["a label that isn't there", expression("tier", "DoesNotExist"), false],
    ["a name every object inherits", expression("constructor", "Exists"), false],
    ["the absence of such a name", expression("toString", "DoesNotExist"), true],
    ["an operator that isn't known", expression("app", "Like", "web"), false],
  ])("%s: %#", (_what, selector, expected) => {
    expect(selects(selector, labels)).toBe(expected);
  });

  test("labels and expressions must both be met", () => {
    const selector = { matchLabels: { app: "web" }, ...expression("tier", "In", "back") };
    expect(selects(selector, labels)).toBe(false);
    expect(selects(selector, { ...labels, tier: "back" })).toBe(true);
  });
});

test.each([
  ["Gt", "4", "5", true],
  ["Gt", "5", "5", false],
  ["Lt", "-1", "-2", true],
  ["Lt", "5", "many", false],
  ["Gt", "5", undefined, false],
])("%s %s of %s: %s", (operator, limit, value, expected) => {
  expect(meetsRequirement({ operator, values: [limit] }, value)).toBe(expected);
});
