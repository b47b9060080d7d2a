import { expect, test } from "vitest";
import { isTimeZone, zoneOffset } from "./time-zone.ts";

const hour = 3_600_000;

test.each<[string, string, number]>([
  ["2026-01-10T12:00:00Z", "Europe/Berlin", hour],
  ["2026-07-10T12:00:00.999Z", "Europe/Berlin", 2 * hour],
  ["2026-07-10T12:00:00Z", "Asia/Kolkata", 5.5 * hour],
  ["2026-07-10T00:00:00Z", "America/New_York", -4 * hour],
  ["2026-07-10T12:00:00Z", "UTC", 0],
  // By the sun: zones are of the nineteenth century.
  ["0050-01-01T00:00:00Z", "Europe/Berlin", (53 * 60 + 28) * 1000],
])("at %s %s is ahead by %i", (moment, zone, expected) => {
  expect(zoneOffset(Date.parse(moment), zone)).toBe(expected);
});

test("a zone nobody knows", () => {
  expect(isTimeZone("Europe/Berlin")).toBe(true);
  expect(isTimeZone("Europe/Nowhere")).toBe(false);
  expect(() => zoneOffset(0, "Europe/Nowhere")).toThrow(RangeError);
});
