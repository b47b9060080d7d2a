import { describe, expect, it } from "vitest";
import { SimilarEvents } from "./similar-events.ts";

function added(similar: SimilarEvents, kind: string, count: number, now = 0): boolean[] {
  return Array.from({ length: count }, (_, index) => similar.add(kind, `message ${index}`, now));
}

describe("SimilarEvents", () => {
  it("gives the first nine messages Events of their own", () => {
    expect(added(new SimilarEvents(), "a", 12)).toEqual([...Array(9).fill(false), true, true, true]);
  });

  it("doesn't count the same message twice", () => {
    const similar = new SimilarEvents();
    for (let time = 0; time < 20; time++) expect(similar.add("a", "the same", time)).toBe(false);
  });

  it("counts each kind by itself", () => {
    const similar = new SimilarEvents();
    added(similar, "a", 9);
    expect(added(similar, "b", 9)).not.toContain(true);
  });

  it("begins anew once nothing was said for ten minutes", () => {
    const similar = new SimilarEvents();
    added(similar, "a", 10);
    expect(similar.add("a", "later", 600_000)).toBe(true);
    expect(similar.add("a", "much later", 1_200_001)).toBe(false);
  });
});
