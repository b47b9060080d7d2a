import { describe, expect, test } from "vitest";
import { compareVersions, isStable, isVersion, newestFirst, parseVersion, printVersion } from "./version.ts";
import { parseRange, satisfies } from "./version-range.ts";

describe("versions", () => {
  test.each([
    ["1.2.3", "1.2.3"],
    ["v1", "1.0.0"],
    ["1.2", "1.2.0"],
    ["1.02.3", "1.2.3"],
    ["1.2.3-rc.1+b5", "1.2.3-rc.1+b5"],
  ])("reads %s as %s", (text, full) => expect(printVersion(parseVersion(text))).toBe(full));

  test.each(["", "x", "1.2.3.4", "1.2.3-01", "1..2", "-1", "1".repeat(300)])("refuses %s", (text) => {
    expect(() => parseVersion(text)).toThrow();
  });

  test("orders prereleases before their release and numbers by size", () => {
    const sorted = ["1.0.0", "1.0.0-rc.10", "1.0.0-rc.2", "1.0.0-alpha", "0.9.9"];
    expect([...sorted].sort(newestFirst)).toEqual(sorted);
    expect(compareVersions(parseVersion("1.0.0+a"), parseVersion("1.0.0+b"))).toBe(0);
  });

  test("tells whole and stable versions", () => {
    expect([isVersion("1.2.3"), isVersion("v1.2.3"), isVersion("1.2")]).toEqual([true, false, false]);
    expect([isStable("1.2.3"), isStable("1.2.3-a"), isStable("x")]).toEqual([true, false, false]);
  });
});

describe("ranges", () => {
  test.each([
    ["^1.2", "1.9.0", true],
    ["^1.2", "2.0.0", false],
    ["^1.2", "1.9.0-rc.1", false],
    ["^1.2-0", "1.9.0-rc.1", true],
    ["~1.2.3", "1.2.9", true],
    [">=1.0, <2.0", "1.5.0", true],
    [">=1.0 <2.0", "2.0.0", false],
    ["1.0 - 1.4", "1.4.0", true],
    ["<1 || >=2", "2.5.0", true],
    ["*", "0.0.1", true],
    ["*", "not a version", false],
  ])("%s takes %s: %s", (range, version, expected) => expect(satisfies(version, range)).toBe(expected));

  test.each(["", "x y", ">>1", "1.2.3,", "1.2.3 ||", "a".repeat(600), "1||".repeat(40)])(
    "refuses %s",
    (range) => {
      expect(() => parseRange(range)).toThrow(expect.objectContaining({ code: "version-range-invalid" }));
    },
  );

  test("security case 10: a hostile range is refused, not worked on", () => {
    const spaces = " ".repeat(500);
    for (const range of [`>=1${spaces}x`, `${spaces}1${spaces}`, `1${" - ".repeat(150)}`, "1.".repeat(250)]) {
      try {
        parseRange(range).matches("1.0.0");
      } catch (error) {
        expect(error).toMatchObject({ code: "version-range-invalid" });
      }
    }
  });
});
