import { describe, expect, it } from "vitest";
import { Seats } from "./seats.ts";

const limits = { seats: 2, queueLength: 3 };
const patient = 60_000;

/** Takes a seat for each name, the flow being its first letter; tells in which order they sat down. */
function many(seats: Seats, names: readonly string[], width = 1) {
  const order: string[] = [];
  const leaving = new Map<string, () => void>();
  const results = names.map(async (name) => {
    const leave = await seats.take(name[0]!, width, limits, patient, undefined);
    if (typeof leave === "string") return leave;
    order.push(name);
    leaving.set(name, leave);
    return "served";
  });
  return { order, leaving, results };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("seats", () => {
  it("are given to each flow in turn, however much one of them asks for", async () => {
    const seats = new Seats();
    const { order, leaving } = many(seats, ["a1", "a2", "a3", "a4", "a5", "b1", "c1", "b2"]);
    await settled();
    for (let left = 0; left < 6; left++) {
      leaving.get(order[left]!)!();
      await settled();
    }
    expect(order).toEqual(["a1", "a2", "a3", "b1", "c1", "a4", "b2", "a5"]);
  });

  it("are refused to a flow whose queue is full, and to no other", async () => {
    const seats = new Seats();
    const { results, leaving } = many(seats, ["a1", "a2", "a3", "a4", "a5", "a6", "b1"]);
    await settled();
    expect(await results[5]).toBe("queue-full");
    leaving.get("a1")!();
    leaving.get("a2")!();
    expect(await results[6]).toBe("served");
  });

  it("aren't waited for longer than the caller does", async () => {
    const seats = new Seats();
    many(seats, ["a1", "a2"]);
    expect(await seats.take("b", 1, limits, 1, undefined)).toBe("time-out");
    const gone = new AbortController();
    const waiting = seats.take("b", 1, limits, patient, gone.signal);
    gone.abort();
    expect(await waiting).toBe("gone");
  });

  it("are taken by a wide request once there are enough, and narrow ones don't pass it", async () => {
    const seats = new Seats();
    const { leaving } = many(seats, ["a1", "a2"]);
    await settled();
    let wide = false;
    let narrow = false;
    void seats.take("b", 5, limits, patient, undefined).then(() => {
      wide = true;
    });
    void seats.take("c", 1, limits, patient, undefined).then(() => {
      narrow = true;
    });
    leaving.get("a1")!();
    await settled();
    expect([wide, narrow]).toEqual([false, false]);
    leaving.get("a2")!();
    await settled();
    expect([wide, narrow]).toEqual([true, false]);
  });

  it("are all there again when everybody has left", async () => {
    const seats = new Seats();
    const { leaving, order } = many(seats, ["a1", "a2", "b1", "c1"]);
    for (let left = 0; left < 4; left++) {
      await settled();
      leaving.get(order[left]!)!();
    }
    expect(seats.isIdle).toBe(true);
  });
});
