import { describe, expect, test } from "vitest";
import { ageOf, humanDuration } from "./age.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe("humanDuration", () => {
  test.each([
    [-5 * second, "<invalid>"],
    [-1 * second, "0s"],
    [0, "0s"],
    [119 * second, "119s"],
    [2 * minute, "2m"],
    [9 * minute + 59 * second, "9m59s"],
    [10 * minute + 30 * second, "10m"],
    [179 * minute, "179m"],
    [3 * hour, "3h"],
    [7 * hour + 59 * minute, "7h59m"],
    [47 * hour, "47h"],
    [2 * day, "2d"],
    [7 * day + 23 * hour, "7d23h"],
    [8 * day, "8d"],
    [729 * day, "729d"],
    [730 * day, "2y"],
    [731 * day, "2y1d"],
    [9 * 365 * day, "9y"],
  ])("%d ms is %s", (duration, shown) => {
    expect(humanDuration(duration)).toBe(shown);
  });
});

test("the age of no time is unknown", () => {
  expect(ageOf(undefined, 0)).toBe("<unknown>");
  expect(ageOf("soon", 0)).toBe("<unknown>");
  expect(ageOf("1970-01-01T00:00:00Z", 5000)).toBe("5s");
});

test("what is older than a duration can be is as old as that", () => {
  expect(ageOf("1700-01-01T00:00:00Z", Date.parse("2026-01-01T00:00:00Z"))).toBe("292y");
});
