import { describe, expect, test } from "vitest";
import { escapedAsGo, printGoJson } from "./go-json-print.ts";

describe("JSON as Go prints it", () => {
  test("has its keys in the order of their bytes, also those that are numbers", () => {
    const value = { b: 1, "9": 2, "10": 3, "\u{10000}": 4, "\ue000": 5 };
    expect(printGoJson(value)).toBe('{"10":3,"9":2,"b":1,"\ue000":5,"\u{10000}":4}');
  });

  test("is indented, but for what is empty", () => {
    expect(printGoJson({ b: [], a: { c: [1, {}] } }, 2)).toBe(
      '{\n  "a": {\n    "c": [\n      1,\n      {}\n    ]\n  },\n  "b": []\n}',
    );
  });

  test("escapes what could end a script, and nothing that is escaped already", () => {
    expect(printGoJson("<a> & \\u2028 \u2028")).toBe('"\\u003ca\\u003e \\u0026 \\\\u2028 \\u2028"');
    expect(escapedAsGo('"<\u2029"', false)).toBe('"<\\u2029"');
  });

  test("has the replacement character for a byte that is no UTF-8", () => {
    expect(printGoJson("\udcff")).toBe('"\\ufffd"');
  });
});
