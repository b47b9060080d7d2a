import { add, fixed, multiply, type Range, scale } from "./range.ts";
import { patternFactor, textFactor } from "./runtime.ts";

/** What it costs to compare two texts. */
export function comparing(a: Range, b: Range): Range {
  const max = Math.min(a.max, b.max);
  return scale({ min: max > 0 ? 1 : 0, max }, textFactor);
}

/** What it costs to match a text against a pattern. */
export function matching(text: Range, pattern: Range): Range {
  return multiply(scale(add(text, fixed(1)), textFactor), scale(pattern, patternFactor));
}
