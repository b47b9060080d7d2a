import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { expect, test } from "vitest";
import { closed } from "./closed-schema.ts";

const open = Type.Object({
  name: Type.String(),
  config: Type.Optional(Type.Object({}, { additionalProperties: true })),
  members: Type.Optional(Type.Array(Type.Object({ user: Type.String() }))),
  bindings: Type.Optional(Type.Record(Type.String(), Type.Object({ application: Type.String() }))),
});

test.each([
  ["what it names", { name: "a", members: [{ user: "b" }] }, true],
  ["any name in a map", { name: "a", bindings: { db: { application: "c" } } }, true],
  ["anything where the schema says so", { name: "a", config: { colour: "red" } }, true],
  ["a misspelt field", { nmae: "a", name: "a" }, false],
  ["a misspelt field of an item", { name: "a", members: [{ user: "b", rloe: "org-admin" }] }, false],
])("a closed schema and %s", (_name, value, fits) => {
  expect(Value.Check(closed(open), value)).toBe(fits);
  expect(Value.Check(open, value)).toBe(true);
});
