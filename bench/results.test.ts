import { describe, expect, test } from "vitest";
import { type Benchmark, spreadOf } from "./benchmark.ts";
import { printRows, rowOf, withEarlier } from "./results.ts";

describe("the spread of a metric", () => {
  test.each([
    ["one round", [3], { min: 3, median: 3, max: 3, rounds: 1 }],
    ["an odd number of rounds", [5, 1, 3], { min: 1, median: 3, max: 5, rounds: 3 }],
    ["an even number of rounds", [4, 1, 2, 3], { min: 1, median: 2.5, max: 4, rounds: 4 }],
  ])("of %s", (_, values, spread) => {
    expect(spreadOf(values)).toEqual(spread);
  });

  test("of no round is none", () => {
    expect(spreadOf([])).toBeUndefined();
  });
});

describe("a row", () => {
  const benchmark: Benchmark = {
    id: "P0",
    title: "work",
    peerName: "another",
    metrics: { time: { unit: "ms", better: "less" }, rate: { unit: "per s", better: "more" } },
    ours: async () => ({ round: async () => ({}) }),
  };
  const spread = (value: number) => spreadOf([value]);

  test("says by how much ours is ahead, whichever direction is good", () => {
    expect(rowOf(benchmark, "time", spread(10), spread(40)).ratio).toBe(4);
    expect(rowOf(benchmark, "rate", spread(40), spread(10)).ratio).toBe(4);
  });

  test("has no ratio where the peer is missing", () => {
    const row = rowOf(benchmark, "time", spread(10));
    expect(row.ratio).toBeUndefined();
    expect(printRows([row])).toBe("P0  work, beside another\n  time                         ours 10.0 ms\n");
  });

  test("replaces an earlier one of its benchmark and leaves those of others", () => {
    const other = { ...rowOf({ ...benchmark, id: "P10", title: "rest" }, "time", spread(1)) };
    const before = [rowOf(benchmark, "time", spread(5)), rowOf(benchmark, "rate", spread(5)), other];
    const now = rowOf(benchmark, "time", spread(7));
    expect(withEarlier([now], before)).toEqual([now, other]);
  });
});
