import { expect, test } from "vitest";
import { compileSchema } from "./compile.ts";
import { SchemaInvalid } from "./document.ts";
import { printProblems } from "./problems.ts";
import { validate } from "./validate.ts";

function problemsOf(schema: unknown, value: unknown): string {
  const problem = validate(compileSchema(schema), value);
  return problem === undefined ? "" : printProblems(problem);
}

/** Each level asks the next one twice. */
function doubling(levels: number): unknown {
  const definitions = Object.fromEntries(
    Array.from({ length: levels }, (_, level) => {
      const next = level + 1 < levels ? { $ref: `#/$defs/l${level + 1}` } : { type: "string" };
      return [`l${level}`, { allOf: [next, { ...next }] }];
    }),
  );
  return { $ref: "#/$defs/l0", $defs: definitions };
}

test("security case 8: a schema that multiplies its work ends with an error", () => {
  expect(problemsOf(doubling(5), "x")).toBe("");
  expect(() => problemsOf(doubling(40), "x")).toThrow(SchemaInvalid);
});

test("security case 8: a schema that refers to itself is told, not followed", () => {
  const schema = { $ref: "#/$defs/a", $defs: { a: { anyOf: [{ $ref: "#/$defs/a" }, { type: "number" }] } } };
  expect(problemsOf(schema, "x")).toContain("causing reference cycle");
});

test("security case 8: a long text that is wrong of every value ends with an error", () => {
  const items = { enum: Array.from({ length: 20_000 }, (_, index) => `value${index}`) };
  expect(() => problemsOf({ items }, Array(2_000).fill("x"))).toThrow(SchemaInvalid);
  const name = "n".repeat(100_000);
  const schema = { additionalProperties: { items: { type: "string" } } };
  expect(() => problemsOf(schema, { [name]: Array(2_000).fill(1) })).toThrow(SchemaInvalid);
});

test.each([
  ["a long enum", { items: { enum: list("v", 5_000) } }, Array(20_000).fill("v4999")],
  [
    "many names asked for",
    { items: { required: list("v", 5_000) } },
    Array(20_000).fill(objectOf("v", 5_000)),
  ],
  ["many patterns", { patternProperties: objectOf("^a", 1_000) }, objectOf("v", 1_000)],
])("security case 8: %s, held against many values, ends with an error", (_, schema, value) => {
  expect(() => problemsOf(schema, value)).toThrow(SchemaInvalid);
});

function list(name: string, length: number): string[] {
  return Array.from({ length }, (_, index) => `${name}${index}`);
}

function objectOf(name: string, length: number): Record<string, unknown> {
  return Object.fromEntries(list(name, length).map((one) => [one, true]));
}

/** Lists within each other, with one of many texts at the bottom. */
function nested(depth: number, count: number): unknown {
  let value: unknown = Array(count).fill("x");
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

/** A schema of lists of texts that every list reaches by many references, one after the other. */
function chained(length: number): unknown {
  const steps = list("l", length).map((name, index) => [name, { $ref: `#/$defs/l${index + 1}` }]);
  const last = { anyOf: [{ type: "string" }, { items: { $ref: "#/$defs/l0" } }] };
  return { $ref: "#/$defs/l0", $defs: { ...Object.fromEntries(steps), [`l${length}`]: last } };
}

test.each([
  [
    "$dynamicRef",
    { $dynamicAnchor: "node", anyOf: [{ type: "string" }, { items: { $dynamicRef: "#node" } }] },
    250,
    60_000,
  ],
  [
    "$recursiveRef",
    {
      $schema: "https://json-schema.org/draft/2019-09/schema",
      $recursiveAnchor: true,
      anyOf: [{ type: "string" }, { items: { $recursiveRef: "#" } }],
    },
    250,
    60_000,
  ],
  ["$ref by many steps", chained(300), 1, 1_200],
])(
  "security case 8: what %s goes through for each of many values ends with an error",
  (_, schema, depth, count) => {
    expect(problemsOf(schema, nested(depth, 20))).toBe("");
    expect(() => problemsOf(schema, nested(depth, count))).toThrow(SchemaInvalid);
  },
);

test("security case 8: many items are told apart in linear time", () => {
  const items = Array.from({ length: 200_000 }, (_, index) => ({ index, text: "x" }));
  expect(problemsOf({ uniqueItems: true }, items)).toBe("");
  expect(problemsOf({ uniqueItems: true }, [...items, { text: "x", index: 3 }])).toBe(
    "- at '': items at 3 and 200000 are equal",
  );
});

test("a reference whose escapes are none is told of", () => {
  const schema = { $schema: "http://json-schema.org/draft-04/schema#", properties: { a: { $ref: "#/%ff" } } };
  expect(() => compileSchema(schema)).toThrow(SchemaInvalid);
});

test("security case 8: a pattern that backtracks takes linear time", () => {
  expect(problemsOf({ pattern: "^(a+)+$" }, `${"a".repeat(50_000)}!`)).toContain("does not match pattern");
});

test("security case 10: keys every object has are properties like any other", () => {
  const value = JSON.parse('{"__proto__": 1, "toString": 2}');
  expect(problemsOf({ additionalProperties: false }, value)).toBe(
    "- at '': additional properties '__proto__', 'toString' not allowed",
  );
  expect(problemsOf({ required: ["valueOf"] }, {})).toBe("- at '': missing property 'valueOf'");
  expect(problemsOf({ properties: JSON.parse('{"__proto__": {"type": "string"}}') }, value)).toBe(
    "- at '/__proto__': got number, want string",
  );
});

test("security case 13: a schema of another host isn't fetched", () => {
  expect(() => compileSchema({ $ref: "https://example.org/schema.json" })).toThrow(/aren't read here/);
  expect(() => compileSchema({ $schema: "https://example.org/draft" })).toThrow(/aren't read here/);
});
