import { describe, expect, it } from "vitest";
import { inTurns } from "./jobs.ts";

const jobs = {
  double: (value: number) => value * 2,
  later: async (text: string) => text.toUpperCase(),
  refuse: (): never => {
    throw new Error("no");
  },
} as const;

describe("jobs on this thread", () => {
  const work = inTurns(jobs);

  it("answer or throw as the functions do", async () => {
    expect(await work.double(2)).toBe(4);
    expect(await work.later("a")).toBe("A");
    await expect(work.refuse(undefined as never)).rejects.toThrow("no");
  });

  it("aren't begun once they are given up", async () => {
    const stop = new AbortController();
    const asked = work.double(1, stop.signal);
    stop.abort(new Error("given up"));
    await expect(asked).rejects.toThrow("given up");
  });
});
