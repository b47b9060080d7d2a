import { describe, expect, it } from "vitest";
import { Rounds } from "./rounds.ts";

describe("rounds", () => {
  it("that are asked for while one is under way are one more, which sees what came meanwhile", async () => {
    let asked = 0;
    const seen: number[] = [];
    const rounds = new Rounds(async () => {
      seen.push(asked);
      await Promise.resolve();
    });
    const ask = () => {
      asked++;
      return rounds.run();
    };
    await Promise.all([ask(), ask(), ask()]);
    expect(seen).toEqual([1, 3]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6])("see also what comes %d ticks after the last one's end", async (ticks) => {
    let asked = 1;
    let seen = 0;
    const end = Promise.withResolvers<void>();
    const rounds = new Rounds(async () => {
      seen = asked;
      await end.promise;
    });
    const first = rounds.run();
    end.resolve();
    for (let tick = 0; tick < ticks; tick++) await undefined;
    asked++;
    await Promise.all([first, rounds.run()]);
    expect(seen).toBe(2);
  });

  it("go on after one that failed", async () => {
    let fails = true;
    const rounds = new Rounds(async () => {
      if (fails) throw new Error("no");
    });
    await expect(rounds.run()).rejects.toThrow("no");
    fails = false;
    await rounds.run();
    await rounds.settled();
  });
});
