import type { Scenario, Step } from "../../scenario.ts";
import { custom, define, definition, type Fields, version } from "./definition.ts";

let count = 0;
const text = { type: "string" };
const integer = { type: "integer" };
const object = (properties: Fields, more: Fields = {}) => ({ type: "object", properties, ...more });
const list = (items: unknown, more: Fields = {}) => ({ type: "array", items, ...more });

/** Objects of one kind: each step makes one request of the kind's path. */
function objects(
  name: string,
  versions: readonly Fields[],
  steps: (kind: string) => readonly Omit<Step, "kind">[],
): Scenario {
  count++;
  const kind = `Object${count}`;
  const path = `crd.example.com/v1/${kind}`;
  return {
    name: `objects: ${name}`,
    steps: [
      define(definition(kind, versions)),
      ...steps(kind).map((step): Step => ({ kind: path, ...step })),
    ],
  };
}

function created(
  name: string,
  spec: Fields,
  specs: readonly (Fields | { readonly spec: unknown; readonly strict: true })[],
): Scenario {
  return objects(name, [version(spec)], (kind) =>
    specs.map((one, index) => {
      const isStrict = one["strict"] === true;
      const content = isStrict ? one["spec"] : one;
      return {
        verb: "create",
        body: custom(kind, `object-${index}`, { spec: content }),
        ...(isStrict ? { fieldValidation: "Strict" as const } : {}),
      };
    }),
  );
}

const formats: Readonly<Record<string, readonly [string, string]>> = {
  "date-time": ["2020-01-01T00:00:00Z", "yesterday"],
  date: ["2020-01-01", "2020-13-01"],
  duration: ["1h30m", "long"],
  uri: ["https://a.example/x", "a b"],
  email: ["a@example.com", "a"],
  hostname: ["a.example", "-a"],
  ipv4: ["10.0.0.1", "10.0.0"],
  ipv6: ["::1", "10.0.0.1"],
  cidr: ["10.0.0.0/8", "10.0.0.0"],
  mac: ["00:11:22:33:44:55", "00"],
  uuid: ["123e4567-e89b-12d3-a456-426614174000", "x"],
  uuid4: ["123e4567-e89b-42d3-a456-426614174000", "x"],
  byte: ["aGVsbG8=", "%%"],
  isbn: ["978-3-16-148410-0", "1"],
  isbn10: ["3-16-148410-0", "1"],
  creditcard: ["4111 1111 1111 1111", "1"],
  ssn: ["123-45-6789", "1"],
  hexcolor: ["#ff0000", "red"],
  rgbcolor: ["rgb(255,0,0)", "red"],
  bsonobjectid: ["507f1f77bcf86cd799439011", "1"],
  password: ["any", "thing"],
  "k8s-short-name": ["abc", "A_B"],
  unknown: ["any", "thing"],
};

const ratcheted = [
  version(object({ a: text, b: text, l: list(text), o: object({ x: integer, y: integer }) })),
];

/** The same kind with limits its objects don't keep; by its column one sees which of the two is served. */
const limited = version(
  object({
    a: {
      type: "string",
      maxLength: 2,
      "x-kubernetes-validations": [{ rule: "self != 'long'", message: "not long" }],
    },
    b: text,
    l: list({ type: "string", maxLength: 1 }, { maxItems: 1 }),
    o: object({ x: { type: "integer", maximum: 1 }, y: integer }, { required: ["z"] }),
  }),
  { additionalPrinterColumns: [{ name: "Limited", type: "string", jsonPath: ".spec.a" }] },
);

/** Objects of custom kinds: what is taken out, filled in and refused. */
export const objectScenarios: readonly Scenario[] = [
  created(
    "pruned",
    object({
      a: text,
      o: object({ b: text }),
      m: { type: "object", additionalProperties: object({ c: text }) },
      l: list(object({ d: text })),
      k: {
        type: "object",
        "x-kubernetes-preserve-unknown-fields": true,
        properties: { p: object({ q: text }) },
      },
    }),
    [
      {
        a: "x",
        z: 1,
        o: { b: "y", z: 1 },
        m: { k: { c: "v", z: 1 } },
        l: [{ d: "e", z: 1 }],
        k: { any: { thing: 1 }, p: { q: "r", z: 1 } },
      },
      {
        spec: {
          a: "x",
          z: 1,
          o: { b: "y", z: 1 },
          m: { k: { c: "v", z: 1 } },
          l: [{ d: "e", z: 1 }],
          k: { any: { thing: 1 }, p: { q: "r", z: 1 } },
        },
        strict: true,
      },
    ],
  ),
  created(
    "defaulted",
    object({
      a: { type: "string", default: "x" },
      o: object({ b: { type: "integer", default: 5 }, c: text }, { default: { c: "d" } }),
      l: list(object({ e: { type: "boolean", default: true } })),
      m: { type: "object", additionalProperties: object({ f: { type: "string", default: "g" } }) },
      n: { type: "string", nullable: true, default: "h" },
    }),
    [{}, { a: null, o: { c: "y" }, l: [{}, { e: false }], m: { k: {} }, n: null }],
  ),
  created(
    "an embedded resource",
    object({
      r: {
        type: "object",
        "x-kubernetes-embedded-resource": true,
        "x-kubernetes-preserve-unknown-fields": true,
      },
    }),
    [
      {
        r: {
          apiVersion: "v1",
          kind: "Pod",
          metadata: { name: "a", labels: { x: "y" }, unknown: 1 },
          spec: { any: 1 },
        },
      },
      { r: { kind: "Pod" } },
      { r: { apiVersion: "v1", kind: "Pod", metadata: { name: "A_B", labels: { "!": "x" } } } },
      // One fault each: which of several is told goes by the order of a Go map, another each time.
      { r: { apiVersion: 1, kind: "Pod", metadata: { name: "a" } } },
      { r: { apiVersion: "v1", kind: "Pod", metadata: { labels: "x" } } },
    ],
  ),
  created(
    "wrong types",
    object({
      a: text,
      n: integer,
      f: { type: "number" },
      b: { type: "boolean" },
      o: object({}),
      l: list(text),
      m: { type: "object", additionalProperties: integer },
    }),
    [
      { a: 1, n: "x", f: "y", b: "z", o: [], l: {}, m: [] },
      { a: {}, n: 1.5, f: 1, b: 0, o: "x", l: [1], m: { k: "v" } },
      { a: null, n: null, f: null, b: null, o: null, l: null, m: null },
    ],
  ),
  created(
    "limits",
    object(
      {
        a: { type: "string", minLength: 2, maxLength: 3, pattern: "^[a-z]+$" },
        n: { type: "integer", minimum: 2, maximum: 9, exclusiveMaximum: true, multipleOf: 2 },
        l: list(text, { minItems: 1, maxItems: 2 }),
        m: { type: "object", additionalProperties: text, minProperties: 1, maxProperties: 2 },
        e: { type: "string", enum: ["x", "y"] },
      },
      { required: ["a", "r"] },
    ),
    [
      { a: "abcd", n: 9, l: [], m: {}, e: "z" },
      { a: "A", n: 1, l: ["a", "b", "c"], m: { a: "1", b: "2", c: "3" }, e: "", r: 1 },
      { a: "Ab", n: 3 },
      {},
    ],
  ),
  created(
    "combinators",
    object({
      a: { type: "string", oneOf: [{ pattern: "^a" }, { pattern: "b$" }] },
      o: object(
        { x: integer, y: integer },
        { anyOf: [{ required: ["x"] }, { required: ["y"] }], not: { required: ["x", "y"] } },
      ),
    }),
    [
      { a: "a", o: { x: 1 } },
      { a: "ab", o: {} },
      { a: "c", o: { x: 1, y: 2 } },
    ],
  ),
  created(
    "sets and maps of items",
    object({
      s: list({ type: "integer" }, { "x-kubernetes-list-type": "set" }),
      t: list(list(text), { "x-kubernetes-list-type": "set" }),
      m: list(object({ k: text, j: { type: "integer", default: 0 }, v: text }, { required: ["k"] }), {
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["k", "j"],
      }),
    }),
    [
      {
        s: [1, 2, 1, 1],
        t: [["a"], ["a"]],
        m: [
          { k: "a", v: "x" },
          { k: "a", j: 0, v: "y" },
          { k: "a", j: 1 },
        ],
      },
      { m: [{ v: "x" }] },
    ],
  ),
  created(
    "formats",
    object(
      Object.fromEntries(
        Object.keys(formats).map((name, index) => [`f${index}`, { type: "string", format: name }]),
      ),
    ),
    [
      Object.fromEntries(Object.values(formats).map(([good], index) => [`f${index}`, good])),
      Object.fromEntries(Object.values(formats).map(([, bad], index) => [`f${index}`, bad])),
    ],
  ),
  created(
    "numbers of a format",
    object({
      i: { type: "integer", format: "int32" },
      j: { type: "integer", format: "int64" },
      f: { type: "number", format: "float" },
    }),
    [
      { i: 3_000_000_000, j: 3_000_000_000, f: 1e39 },
      { i: 1, j: 2, f: 3 },
    ],
  ),
  objects(
    "scale and status",
    [
      version(object({ n: integer }), {
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: object({ n: { type: "integer", minimum: 0 } }),
              status: object({ n: integer, s: text }),
            },
          },
        },
        subresources: {
          status: {},
          scale: {
            specReplicasPath: ".spec.n",
            statusReplicasPath: ".status.n",
            labelSelectorPath: ".status.s",
          },
        },
      }),
    ],
    (kind) => [
      { verb: "create", name: "one", body: custom(kind, "one", { spec: { n: 1 }, status: { n: 5 } }) },
      {
        verb: "patch",
        name: "one",
        subresource: "status",
        patchType: "merge",
        body: { status: { n: 2, s: "a=b" }, spec: { n: 9 } },
      },
      { verb: "get", name: "one", subresource: "scale" },
      {
        verb: "patch",
        name: "one",
        subresource: "scale",
        patchType: "merge",
        body: { spec: { replicas: 4 } },
      },
      {
        verb: "patch",
        name: "one",
        subresource: "scale",
        patchType: "merge",
        body: { spec: { replicas: -1 } },
      },
      { verb: "get", name: "one" },
    ],
  ),
  objects(
    "columns of all types",
    [
      version(
        object({
          a: text,
          n: integer,
          b: { type: "boolean" },
          t: text,
          l: list(text),
          o: object({ x: text }),
          f: { type: "number" },
        }),
        {
          additionalPrinterColumns: [
            { name: "Text", type: "string", jsonPath: ".spec.a" },
            { name: "Int", type: "integer", jsonPath: ".spec.n" },
            { name: "Bool", type: "boolean", jsonPath: ".spec.b" },
            { name: "Date", type: "date", jsonPath: ".spec.t" },
            { name: "Number", type: "number", jsonPath: ".spec.f" },
            { name: "List", type: "string", jsonPath: ".spec.l" },
            { name: "Each", type: "string", jsonPath: ".spec.l[*]" },
            { name: "Object", type: "string", jsonPath: ".spec.o", priority: 1 },
            { name: "Wrong", type: "integer", jsonPath: ".spec.a" },
            { name: "Missing", type: "string", jsonPath: ".spec.x.y" },
          ],
        },
      ),
    ],
    (kind) => [
      {
        verb: "create",
        name: "one",
        body: custom(kind, "one", {
          spec: { a: "x", n: 3, b: true, t: "1700-01-01T00:00:00Z", l: ["p", "q"], o: { x: "y" }, f: 1.5 },
        }),
      },
      { verb: "table", name: "one" },
    ],
  ),
  {
    name: "objects: ratcheting",
    steps: [
      define(definition("Ratchet", ratcheted)),
      {
        verb: "create",
        kind: "crd.example.com/v1/Ratchet",
        name: "old",
        body: custom("Ratchet", "old", { spec: { a: "long", b: "1", l: ["aa", "bb"], o: { x: 5, y: 1 } } }),
      },
      {
        verb: "update",
        kind: "apiextensions.k8s.io/v1/CustomResourceDefinition",
        name: "ratchets.crd.example.com",
        shared: true,
        change: (held) => ({ ...held, spec: { ...(held["spec"] as Fields), versions: [limited] } }),
      },
      {
        verb: "patch",
        kind: "crd.example.com/v1/Ratchet",
        name: "old",
        patchType: "merge",
        body: { spec: { b: "2" } },
      },
      {
        verb: "patch",
        kind: "crd.example.com/v1/Ratchet",
        name: "old",
        patchType: "merge",
        body: { spec: { o: { y: 2 } } },
      },
      {
        verb: "patch",
        kind: "crd.example.com/v1/Ratchet",
        name: "old",
        patchType: "merge",
        body: { spec: { a: "longer" } },
      },
      {
        verb: "patch",
        kind: "crd.example.com/v1/Ratchet",
        name: "old",
        patchType: "merge",
        body: { spec: { l: ["aa", "cc"] } },
      },
    ],
  },
  objects(
    "a status that nobody manages any more",
    [
      version(object({}), {
        schema: {
          openAPIV3Schema: { type: "object", properties: { status: object({ l: list(text), s: text }) } },
        },
        subresources: { status: {} },
      }),
    ],
    (kind) => [
      { verb: "create", name: "one", body: custom(kind, "one", {}) },
      ...[{ s: "x" }, { s: null }, { l: ["a"] }, { l: null, s: "y" }].map(
        (status): Omit<Step, "kind"> => ({
          verb: "patch",
          name: "one",
          subresource: "status",
          patchType: "merge",
          body: { status },
        }),
      ),
    ],
  ),
];
