import { describe, expect, test } from "vitest";
import { exited, memoryOf, now } from "../testing/pod-facts.ts";
import { growBackoff, restartAt } from "./restart.ts";

/** Lets a container end `times` times, each as soon as it is started; gives its last wait in seconds. */
function waitAfter(times: number): number {
  const memory = memoryOf();
  for (let attempt = 0; attempt < times - 1; attempt++) growBackoff(memory, exited("main", 1, attempt), now);
  const last = exited("main", 1, times - 1);
  return (restartAt(memory, last) - (last.finishedAt ?? 0)) / 1000;
}

describe("the wait before a container starts again", () => {
  const cases: readonly [number, number][] = [
    [1, 0],
    [2, 10],
    [3, 20],
    [4, 40],
    [6, 160],
    [7, 300],
    [20, 300],
  ];
  for (const [times, seconds] of cases)
    test(`is ${seconds} s after its end no. ${times}`, () => expect(waitAfter(times)).toBe(seconds));

  test("is none after ten minutes of running, and begins anew then", () => {
    const memory = memoryOf();
    const soon = exited("main", 1, 4);
    growBackoff(memory, soon, now - 700_000);
    const later = exited("main", 1, 5, 0, 650);
    expect(restartAt(memory, later)).toBe(later.finishedAt);
    growBackoff(memory, later, now);
    const next = exited("main", 1, 6);
    expect(restartAt(memory, next) - (next.finishedAt ?? 0)).toBe(10_000);
  });

  test("goes by the number of attempts on a node that has begun anew", () => {
    const ended = exited("main", 1, 3);
    expect(restartAt(memoryOf(), ended) - (ended.finishedAt ?? 0)).toBe(40_000);
  });
});
