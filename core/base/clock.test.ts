import { describe, expect, it } from "vitest";
import { systemClock } from "./clock.ts";

describe("the machine's clock", () => {
  it.each([
    ["25 days, more than one timer holds", 25 * 24 * 3600 * 1000],
    ["for ever", Number.POSITIVE_INFINITY],
  ])("doesn't end a sleep of %s at once, and ends it when told to", async (_what, milliseconds) => {
    const stop = new AbortController();
    let ended = false;
    const sleeping = systemClock.sleep(milliseconds, stop.signal).finally(() => {
      ended = true;
    });
    await systemClock.sleep(20);
    expect(ended).toBe(false);
    stop.abort(new Error("woken"));
    await expect(sleeping).rejects.toThrow("woken");
  });
});
