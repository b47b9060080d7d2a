import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalQuantity, parseQuantity, printQuantity } from "./quantity.ts";

describe("canonicalQuantity", () => {
  test.each([
    ["0.5", "500m"],
    ["1000m", "1"],
    ["1.5Gi", "1536Mi"],
    ["1024Ki", "1Mi"],
    ["512", "512"],
    ["100000", "100k"],
    ["0.1Gi", "107374182400m"],
    ["1e3", "1e3"],
    ["1E3", "1e3"],
    ["12E", "12E"],
    ["-1.5", "-1500m"],
    [".5", "500m"],
    ["5.", "5"],
    ["0Gi", "0"],
    ["1n", "1n"],
    ["0.0000000001", "1n"],
    ["1000Mi", "1000Mi"],
    ["1023", "1023"],
  ])("%s is %s", (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
  });

  test.each(["", "x", "1GB", "1.2.3", "1 Gi", "Gi", "--1", "1e"])("%j is none", (text) => {
    expect(canonicalQuantity(text)).toBeUndefined();
  });

  test("keeps the amount and stays as it is", () => {
    const suffix = fc.constantFrom("", "m", "k", "M", "G", "Ki", "Mi", "Gi", "e3");
    fc.assert(
      fc.property(fc.integer({ min: -100000, max: 100000 }), suffix, (amount, unit) => {
        const quantity = parseQuantity(`${amount}${unit}`);
        if (quantity === undefined) throw new Error(`${amount}${unit} should be a quantity`);
        const printed = printQuantity(quantity);
        expect(parseQuantity(printed)?.nanos).toBe(quantity.nanos);
        expect(canonicalQuantity(printed)).toBe(printed);
      }),
    );
  });
});

describe("a quantity out of all measure", () => {
  const long = "1".padEnd(1_000_000, "0");

  test.each([
    ["a large exponent", "1e1000000000"],
    ["an exponent past counting", "1E99999999999999999999"],
    ["less than nothing", "-1e1000000000"],
    ["many digits", long],
    ["many places", `0.${long}`],
    ["many digits of an exponent", `1e${long}`],
  ])("isn't read: %s", (_name, text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  test("is the least there is when it is small", () => {
    expect(canonicalQuantity("1e-1000000000")).toBe("1e-9");
    expect(canonicalQuantity("0e-1000000000")).toBe("0");
  });
});
