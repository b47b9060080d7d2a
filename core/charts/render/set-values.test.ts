import { describe, expect, test } from "vitest";
import { printJson } from "../functions/json.ts";
import { readSetJson } from "./set-json.ts";
import { setValues } from "./set-values.ts";

describe("a --set whose text ends too early", () => {
  // Values as helm 4.3.1 prints them with toJson.
  test.each([
    ["in an index", "a[", "{}"],
    ["in an index with a number", "a[0", "{}"],
    ["in an index behind another value", "b=1,a[", '{"b":1}'],
    ["in an index with a comma in it", "a[,b=1", "{}"],
    ["behind an index", "a[0]", '{"a":[]}'],
    ["behind an index without a name", "[1]", "{}"],
    ["behind an index of a list that is there", "l={1,2},l[0]", '{"l":[1,2]}'],
    ["behind an index below a map", "a.b[0]", '{"a":{"b":[]}}'],
    ["in an index below a map", "a.b[", "{}"],
    ["in a second index", "a[0][", '{"a":[]}'],
    ["in a second index of a list that is there", "l={1,2},l[1][", '{"l":[1,2]}'],
    ["behind a dot", "a.", "{}"],
    ["behind a dot of a map that is there", "a.b=1,a.", '{"a":{"b":1}}'],
    ["behind a dot of an item", "a[0].", '{"a":[]}'],
    ["behind a dot of an item that is there", "l={1,2},l[0].", '{"l":[{},2]}'],
    ["in an index below an item", "a[0].b=1,a[0].c[", '{"a":[{"b":1}]}'],
  ])("%s sets what came before", (_name, text, expected) => {
    const values = new Map();
    setValues(values, text, "typed");
    expect(printJson(values)).toBe(expected);
  });

  test("of a file names no file, and takes it for empty text", () => {
    const values = new Map();
    setValues(values, "a=", "file", () => {
      throw new Error("no file was named");
    });
    expect(printJson(values)).toBe('{"a":""}');
  });
});

describe("a --set that leads into a value of another type", () => {
  // What helm 4.3.1 says.
  const isNot = "failed parsing --set data: unable to parse key: interface conversion: interface {} is";
  test.each([
    ["a key below a number", "a=1,a.b=2", `${isNot} int64, not map[string]interface {}`],
    ["a key below a text", "a=x,a.b=2", `${isNot} string, not map[string]interface {}`],
    ["a key below null", "a=null,a.b=1", `${isNot} nil, not map[string]interface {}`],
    ["a key below a list", "a[0]=1,a.b=2", `${isNot} []interface {}, not map[string]interface {}`],
    ["an item of a map", "a.b=1,a[0]=2", `${isNot} map[string]interface {}, not []interface {}`],
    ["an item of null", "a=null,a[0]=1", `${isNot} nil, not []interface {}`],
    ["an item of an item that is a number", "a[0]=1,a[0][0]=2", `${isNot} int64, not []interface {}`],
    [
      "an index with something behind it",
      "a[0]é,b=1",
      "failed parsing --set data: unexpected data at end of array index: ['é' ',' 'b']",
    ],
    [
      "an index that no number holds",
      "a[99999999999999999999]=1",
      'failed parsing --set data: error parsing index: strconv.Atoi: parsing "99999999999999999999": value out of range',
    ],
    ["a negative index", "a[-1]x", "failed parsing --set data: negative -1 index not allowed"],
  ])("is refused for %s", (_name, text, message) => {
    expect(() => setValues(new Map(), text, "typed")).toThrow(
      expect.objectContaining({ code: "chart-set-invalid", message }),
    );
  });

  test("of an item that is null makes a list of it", () => {
    const values = new Map();
    setValues(values, "a[0]=null,a[0][1]=2", "typed");
    expect(printJson(values)).toBe('{"a":[[null,2]]}');
  });
});

test("a --set-json that is one object is read as Go reads JSON", () => {
  expect(printJson(readSetJson('{"a":"\\ud800","b":1e3}'))).toBe('{"a":"\ufffd","b":1000}');
  expect(() => readSetJson("{a: 1}")).toThrow(expect.objectContaining({ code: "chart-set-invalid" }));
});
