import { describe, expect, it } from "vitest";
import { agoOf } from "./ago.tsx";

describe("how long ago", () => {
  const minute = 60_000;
  const cases: readonly (readonly [milliseconds: number, words: string])[] = [
    [-5000, "now"],
    [-minute, "1 minute ago"],
    [-119 * minute, "1 hour ago"],
    [-24 * 60 * minute, "yesterday"],
    [-40 * 24 * 60 * minute, "last month"],
    [3 * 24 * 60 * minute, "in 3 days"],
  ];
  it.each(cases)("%d ms is %s", (milliseconds, words) =>
    expect(agoOf(1e12 + milliseconds, 1e12)).toBe(words),
  );
});
