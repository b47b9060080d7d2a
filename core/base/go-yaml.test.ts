import { describe, expect, it } from "vitest";
import { compareYamlKeys, printGoYaml } from "./go-yaml.ts";

const word = (letter: string, length: number) => letter.repeat(length);

describe("printGoYaml", () => {
  it.each([
    ["a word", "abc", "abc"],
    ["a text that reads as a boolean", "yes", '"yes"'],
    ["a text that reads as a number", "1.0", '"1.0"'],
    ["a text that reads as an octal number", "0755", '"0755"'],
    ["a text that reads as a base-60 number", "1:20", '"1:20"'],
    ["a text that reads as a date", "2020-01-01", '"2020-01-01"'],
    ["a text that only looks like a date", "2020-13-01", "2020-13-01"],
    ["an empty text", "", '""'],
    ["an indicator at the start", "*a", "'*a'"],
    ["a colon before a blank", "a: b", "'a: b'"],
    ["a colon within a word", "a:b", "a:b"],
    ["a quote", "'a'", "'''a'''"],
    ["a tab", "a\tb", '"a\\tb"'],
    ["a character outside the basic plane", "😀", '"\\U0001F600"'],
    ["a text beginning with a byte order mark", "\ufeffa", '"\\uFEFF\\x61"'],
    ["lines", "a\nb\n", "|\n  a\n  b"],
    ["lines without an end", "a\n  b", "|-\n  a\n    b"],
    ["lines with an empty end", "a\n\n", "|+\n  a\n"],
    ["lines beginning with a blank", "  a\nb", "|2-\n    a\n  b"],
    ["a blank before a line's end", "a \nb", '"a \\nb"'],
    ["a whole number", 1e21, "1e+21"],
    ["a fraction", 1234567.5, "1.2345675e+06"],
    ["a small fraction", 0.0001, "0.0001"],
    ["a smaller fraction", 0.00001, "1e-05"],
    ["nothing", null, "null"],
    ["an empty list", [], "[]"],
    ["an empty mapping", {}, "{}"],
  ])("prints %s", (_name, value, expected) => {
    expect(printGoYaml({ k: value })).toBe(`k: ${expected}\n`);
  });

  it("folds a long text at the first blank after column 80", () => {
    const long = `${word("a", 50)} ${word("b", 40)} ${word("c", 10)}`;
    expect(printGoYaml({ k: long })).toBe(`k: ${word("a", 50)} ${word("b", 40)}\n  ${word("c", 10)}\n`);
  });

  it("doesn't indent a list in a mapping, and nests lists", () => {
    expect(printGoYaml({ a: [{ b: 1, c: [2] }, [3]] })).toBe("a:\n- b: 1\n  c:\n  - 2\n- - 3\n");
  });

  it("marks a key too long for a simple one", () => {
    const key = word("k", 129);
    expect(printGoYaml({ [key]: { a: 1 } })).toBe(`? ${key}\n: a: 1\n`);
  });
});

describe("compareYamlKeys", () => {
  it("orders digits as numbers and other characters before letters", () => {
    expect(["b", "a10", "a2", "a-b", "ab", "a"].sort(compareYamlKeys)).toEqual([
      "a",
      "a-b",
      "a2",
      "a10",
      "ab",
      "b",
    ]);
  });
});
