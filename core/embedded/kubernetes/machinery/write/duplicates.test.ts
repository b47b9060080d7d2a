import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { strictFaults } from "./duplicates.ts";

describe("strictFaults", () => {
  test.each<[string, string, readonly string[]]>([
    ["none", '{"a":1,"b":{"a":2}}', []],
    ["at the root", '{"a":1,"a":2,"a":3}', ["a"]],
    ["below", '{"metadata":{"labels":{"x":"1","y":"","x":"2"}}}', ["metadata.labels.x"]],
    ["in a list's object", '{"l":[{"a":1},{"b":1,"b":2}]}', ["l[1].b"]],
    ["written with an escape", '{"ab":1,"a\\u0062":2}', ["ab"]],
    ["only looks like one, in a text", '{"a":"{\\"a\\":1,\\"a\\":2}"}', []],
    ["a whole object twice", '{"s":{"a":1},"s":{"a":1}}', ["s"]],
  ])("%s", (_name, text, expected) => {
    expect(strictFaults(text, [])).toEqual(expected.map((path) => `duplicate field "${path}"`));
  });

  test("tells them among unknown fields, in the text's order", () => {
    expect(strictFaults('{"spec":{"x":1,"a":2,"a":3,"b":[{"y":1}]}}', ["spec.b[0].y", "spec.x"])).toEqual([
      'unknown field "spec.x"',
      'duplicate field "spec.a"',
      'unknown field "spec.b[0].y"',
    ]);
  });

  test("finds none in what a program printed", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(strictFaults(JSON.stringify(JSON.parse(text)), [])).toEqual([]);
      }),
    );
  });
});
