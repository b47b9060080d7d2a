import { expect, test } from "vitest";
import { loopCost, loopDepth } from "./cost.ts";

test.each([
  ["self.size() > 1", 0],
  ["self.all(x, x > 0)", 1],
  ["self.all(x, x > 0) && self.exists(x, x == 1)", 1],
  ["self.all(x, self.exists_one(y, x == y))", 2],
  ["self.filter(x, (x > 0)).map(x, self.all(y, self.all(z, true)))", 3],
  ["self == '.all(.all(.all('", 0],
  ["self . all ( x , true )", 1],
])("the loops of %s are %d deep", (rule, depth) => {
  expect(loopDepth(rule)).toBe(depth);
});

test("the cost is the longest list to the power of the depth", () => {
  expect(loopCost("self.all(x, self.all(y, true))", { a: [1, 2, 3], b: { c: [1, 2, 3, 4] } })).toBe(16);
  expect(loopCost("self.size() > 0", [1, 2, 3])).toBe(1);
});
