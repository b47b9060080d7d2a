import type { Clock } from "@catalyst/base/clock";
import { describe, expect, it } from "vitest";
import { firstBackoff, longestBackoff, WorkQueue } from "./queue.ts";

/** A clock turned by hand. */
function handClock(): Clock & { turn(milliseconds: number): Promise<void> } {
  let now = 0;
  const sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: now + milliseconds, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers.splice(sleepers.indexOf(sleeper), 1);
          reject(signal.reason);
        });
      }),
    async turn(milliseconds) {
      now += milliseconds;
      for (const sleeper of sleepers.filter((item) => item.at <= now)) {
        sleepers.splice(sleepers.indexOf(sleeper), 1);
        sleeper.wake();
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const a = { cluster: "c", name: "a" };
const b = { cluster: "c", name: "b" };

describe("WorkQueue", () => {
  it("holds a request once, in the order of asking", async () => {
    const queue = new WorkQueue(handClock(), () => 0);
    for (const request of [a, b, a]) queue.add(request);
    expect([await queue.take(), await queue.take()]).toEqual([a, b]);
    expect(queue.length).toBe(0);
  });

  it("doesn't hand out a request that is worked on, but once more afterwards", async () => {
    const queue = new WorkQueue(handClock(), () => 0);
    queue.add(a);
    await queue.take();
    queue.add(a);
    queue.add(a);
    expect(queue.length).toBe(0);
    queue.done(a);
    expect(queue.length).toBe(1);
  });

  it("keeps the sooner of two rechecks, and none after being asked for", async () => {
    const clock = handClock();
    const queue = new WorkQueue(clock, () => 0);
    queue.addAfter(a, 1000);
    queue.addAfter(a, 500);
    await clock.turn(500);
    expect(queue.length).toBe(1);
    queue.done((await queue.take()) ?? b);
    await clock.turn(5000);
    expect(queue.length).toBe(0);
  });

  it("backs off from failures, doubling, and begins anew after a success", async () => {
    const clock = handClock();
    const queue = new WorkQueue(clock, () => 0);
    const fail = async () => {
      const request = (await queue.take()) ?? b;
      return queue.failed(request);
    };
    queue.add(a);
    const pauses: number[] = [];
    for (let round = 0; round < 12; round++) {
      pauses.push(await fail());
      await clock.turn(pauses.at(-1) ?? 0);
    }
    expect(pauses.slice(0, 3)).toEqual([firstBackoff, firstBackoff * 2, firstBackoff * 4]);
    expect(pauses.at(-1)).toBe(longestBackoff);
    queue.done((await queue.take()) ?? b);
    queue.add(a);
    expect(await fail()).toBe(firstBackoff);
  });

  it("wakes everyone who waits when it closes", async () => {
    const queue = new WorkQueue(handClock(), () => 0);
    const waiting = [queue.take(), queue.take()];
    queue.close();
    expect(await Promise.all(waiting)).toEqual([undefined, undefined]);
  });
});
