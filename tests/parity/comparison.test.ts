import { expect, test } from "vitest";
import { agrees, compare, countVerdicts, shortDiff } from "./comparison.ts";

test.each([
  ["the same output", { output: "a" }, { output: "a" }, true, "same", true],
  ["another output", { output: "a" }, { output: "b" }, true, "output differs", false],
  ["two refusals", { error: "x" }, { error: "y" }, true, "both refuse", true],
  ["a refusal without a place", { error: "x" }, { error: "y" }, false, "unplaced", false],
  ["our refusal alone", { error: "x" }, { output: "" }, true, "only ours refuses", false],
  ["their refusal alone", { output: "" }, { error: "y" }, true, "only theirs refuses", false],
] as const)("compares %s", (_name, ours, theirs, isPlaced, verdict, isAgreed) => {
  const comparison = compare("input", ours, theirs, isPlaced);
  expect(comparison).toMatchObject({ input: "input", verdict });
  expect(agrees(comparison)).toBe(isAgreed);
});

test("shows where two texts begin to differ, and no more than a few lines", () => {
  expect(shortDiff("a\nb\nc", "a\nx\nc")).toBe("line 2:\n  a\n- b\n+ x");
  expect(shortDiff("", "1\n2\n3\n4\n5\n6\n7\n8")).toContain("more lines");
});

test("counts verdicts, the most frequent first", () => {
  const one = (ours: string) => compare("i", { output: ours }, { output: "a" }, true);
  expect(countVerdicts([one("b"), one("a"), one("a")])).toBe("3 compared: 2 same, 1 output differs");
});
