import { expect, test } from "vitest";
import { Indexes } from "./indexes.ts";

test.each<[string, number, string]>([
  ["", 5, ""],
  ["0,2-3", 5, "0,2,3"],
  ["1-4", 10, "1-4"],
  ["0,1,2", 5, "0-2"],
  ["3-9", 5, "3,4"],
  ["7", 5, ""],
  ["2,x,4-3", 5, "2"],
])("%j of %i completions is read as %j", (text, completions, expected) => {
  expect(Indexes.parse(text, completions).toString()).toBe(expected);
});

test("intervals are one set, whatever their order", () => {
  const set = Indexes.of([9, 1, 0, 5]).with(Indexes.of([2, 5, 10]));
  expect(set.toString()).toBe("0-2,5,9,10");
  expect(set.size).toBe(6);
  expect([0, 3, 5, 8, 10].map((index) => set.has(index))).toEqual([true, false, true, false, true]);
  expect(set.common(Indexes.parse("1-5,10-20", 30))).toBe(4);
});

test.each<[string, number, readonly number[]]>([
  ["", 3, [0, 1, 2]],
  ["0-1,3", 3, [2, 4]],
  ["0-4", 3, []],
  ["1-3", 1, [0]],
])("the first missing of 5 beside %j, %i at most: %j", (text, most, expected) => {
  expect(Indexes.parse(text, 5).firstMissing(most, 5)).toEqual(expected);
});
