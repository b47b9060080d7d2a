import { describe, expect, test } from "vitest";
import { Turns, takeLongTurn, takeTurn } from "./turns.ts";

/** Fills the current turn of the event loop. */
function work(): void {
  for (const end = performance.now() + 6; performance.now() < end; );
}

describe("turns of the event loop", () => {
  test("timers and input come between pieces of work that fill their turn", async () => {
    const turns = new Turns();
    const seen: string[] = [];
    const pieces = ["a", "b", "c"].map(async (name) => {
      await turns.take();
      work();
      seen.push(name);
      setImmediate(() => seen.push(`after ${name}`));
    });
    await Promise.all(pieces);
    expect(seen.indexOf("after a")).toBeGreaterThan(-1);
    expect(seen.indexOf("after a")).toBeLessThan(seen.indexOf("c"));
  });

  test("who asks first goes first", async () => {
    const turns = new Turns();
    await turns.take();
    work();
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3].map(async (place) => {
        await turns.take();
        order.push(place);
      }),
    );
    expect(order).toEqual([1, 2, 3]);
  });

  test("small pieces share a turn", async () => {
    const turns = new Turns();
    let passed = false;
    setImmediate(() => {
      passed = true;
    });
    await turns.take();
    await turns.take();
    expect(passed).toBe(false);
  });

  test("a short request waits for one piece of something long, not for all", async () => {
    const order: string[] = [];
    const long = Array.from({ length: 20 }, async () => {
      await takeLongTurn();
      work();
      order.push("long");
    });
    const short = takeTurn().then(() => order.push("short"));
    await Promise.all([...long, short]);
    expect(order.indexOf("short")).toBeLessThan(3);
  });
});
