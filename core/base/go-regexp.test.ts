import { describe, expect, test } from "vitest";
import { GoRegexp, quoteMeta } from "./go-regexp.ts";

describe("GoRegexp", () => {
  test("finds, replaces and splits as Go does", () => {
    expect(new GoRegexp("a*").findAll("baaac")).toEqual(["", "aaa", ""]);
    expect(new GoRegexp("a(x*)b").replaceAll("-ab-axxb-", "${1}W")).toBe("-W-xxW-");
    expect(new GoRegexp("a(x*)b").replaceAll("-ab-", "$1W")).toBe("--");
    expect(new GoRegexp("x*").replaceAllLiteral("abc", "-")).toBe("-a-b-c-");
    expect(new GoRegexp("z+").split("pizza", 2)).toEqual(["pi", "a"]);
    expect(new GoRegexp("(?P<k>\\w+)=(\\w*)").groups("a=1")).toEqual(["a=1", "a", "1"]);
  });

  test("doesn't cut characters beyond the basic plane", () => {
    expect(new GoRegexp("").split("a😀b")).toEqual(["a", "😀", "b"]);
  });

  test("refuses what RE2 doesn't have", () => {
    for (const pattern of ["(", "(?=a)", "\\1", "[z-a]"]) {
      expect(() => new GoRegexp(pattern)).toThrow(expect.objectContaining({ code: "regexp-invalid" }));
    }
  });

  test("security case 10: an evil pattern ends", () => {
    expect(new GoRegexp("^(a+)+$").test(`${"a".repeat(5000)}b`)).toBe(false);
  });

  test("quotes what has a meaning", () => {
    expect(new GoRegexp(`^${quoteMeta("a.b*[c]")}$`).test("a.b*[c]")).toBe(true);
  });
});
