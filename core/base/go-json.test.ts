import { describe, expect, test } from "vitest";
import { GoJsonError, isGoJson, readGoJson, readGoJsonPrefix } from "./go-json.ts";

function messageOf(read: () => unknown): string | undefined {
  try {
    read();
  } catch (error) {
    if (error instanceof GoJsonError) return error.message;
    throw error;
  }
  return undefined;
}

describe("readGoJson", () => {
  test("gives untyped values", () => {
    expect(readGoJson(' {"a":[1,-2.5e1,true,null,"\\u00e9"],"b":{}} ')).toEqual(
      new Map<string, unknown>([
        ["a", [1, -25, true, null, "é"]],
        ["b", new Map()],
      ]),
    );
  });

  // What Go's json.Unmarshal says of each.
  test.each([
    ["", "unexpected end of JSON input"],
    ["{x}", "invalid character 'x' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 2}', "invalid character '2' after object key:value pair"],
    ["[1 2]", "invalid character '2' after array element"],
    ["[1,]", "invalid character ']' looking for beginning of value"],
    ["1 2", "invalid character '2' after top-level value"],
    ["tru", "invalid character ' ' in literal true (expecting 'e')"],
    ["-", "invalid character ' ' in numeric literal"],
    ['"a', "unexpected end of JSON input"],
    ['"\\', "invalid character ' ' in string escape code"],
    ["trux", "invalid character 'x' in literal true (expecting 'e')"],
    ["-x", "invalid character 'x' in numeric literal"],
    ["1.x", "invalid character 'x' after decimal point in numeric literal"],
    ["1e+x", "invalid character 'x' in exponent of numeric literal"],
    ["01", "invalid character '1' after top-level value"],
    ['"\n"', "invalid character '\\n' in string literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u00g0"', "invalid character 'g' in \\u hexadecimal character escape"],
    ["'a'", "invalid character '\\'' looking for beginning of value"],
    ["[1e999]", "json: cannot unmarshal number 1e999 into Go value of type float64"],
    ["[1e999", "unexpected end of JSON input"],
    [`${"[".repeat(10_000)}${"]".repeat(10_000)}`, undefined],
    ["[".repeat(1_000_000), "invalid character '[' exceeded max depth"],
  ])("%# is read or refused as Go does", (text, message) => {
    expect(messageOf(() => readGoJson(text))).toBe(message);
  });
});

test.each([
  ["{}", true],
  ["1e999", true],
  ["", false],
  ["{} {}", false],
])("isGoJson tells whether %j is a document", (text, isDocument) => {
  expect(isGoJson(text)).toBe(isDocument);
});

test("readGoJsonPrefix leaves what follows a value", () => {
  expect(readGoJsonPrefix("[1],b=2")).toEqual({ value: [1], length: 3 });
  expect(messageOf(() => readGoJsonPrefix("{"))).toBe("unexpected EOF");
  expect(messageOf(() => readGoJsonPrefix("tru"))).toBe("unexpected EOF");
  expect(messageOf(() => readGoJsonPrefix("[}"))).toBe(
    "invalid character '}' looking for beginning of value",
  );
});
