import type { Scenario, Step } from "../../scenario.ts";
import { custom, define, defined, definition, type Fields, version } from "./definition.ts";

let count = 0;

const text = { type: "string" };
const short = { type: "string", maxLength: 30 };
const integer = { type: "integer" };
const object = (properties: Fields, more: Fields = {}) => ({ type: "object", properties, ...more });
const list = (items: unknown, more: Fields = {}) => ({ type: "array", items, ...more });

const rule = (expression: string, more: Fields = {}) => ({ rule: expression, ...more });
const rules = (...all: readonly (string | Fields)[]) => ({
  "x-kubernetes-validations": all.map((one) => (typeof one === "string" ? rule(one) : one)),
});

/** A definition whose spec has these properties and rules, whatever is answered. */
function ruled(name: string, properties: Fields, ...all: readonly (string | Fields)[]): Scenario {
  count++;
  return defined(`rules: ${name}`, definition(`Ruled${count}`, [version(object(properties, rules(...all)))]));
}

const sized = {
  a: { type: "string", maxLength: 10 },
  n: integer,
  l: list({ type: "string", maxLength: 10 }, { maxItems: 10 }),
};
const unbounded = { a: text, l: list(text), m: { type: "object", additionalProperties: text } };

/** Definitions with rules that aren't any, or cost too much. */
const compiled: readonly Scenario[] = [
  ruled("a name nobody knows", sized, "slef.a == 'x'"),
  ruled("a field nobody knows", sized, "self.b == 'x' && self.l.c == 1"),
  ruled("operands that don't fit", sized, "self.n + self.a == 'x'"),
  ruled("a function nobody knows", sized, "self.a.lower() == 'x'"),
  ruled("a function of another library", sized, "base64.encode(b'x') == self.a || math.greatest(1, 2) == 2"),
  ruled("no truth", sized, "self.a"),
  ruled("nothing", sized, ""),
  ruled("an end too early", sized, "self.a =="),
  ruled("more than an expression", sized, "self.a == 'x' y"),
  ruled("a macro's variable that isn't a name", sized, "self.l.all(x.y, true)"),
  ruled("has of what isn't a field", sized, "has(self.l[0])"),
  ruled("a literal that isn't a pattern", sized, "self.a.matches('(')"),
  ruled(
    "literals that aren't times",
    sized,
    "timestamp('x') < timestamp('2020-01-01T00:00:00Z') && duration('y') > duration('1h')",
  ),
  ruled("a list of several types", sized, "self.a in ['x', 1]"),
  ruled("two faults on two lines", sized, { rule: "self.x == 1 ||\n  self.y == 2", message: "m" }),
  ruled("a line break without message", sized, { rule: "self.a == 'x' ||\n self.a == 'y'" }),
  ruled("a message with a line break", sized, { rule: "true", message: "a\nb" }),
  ruled("a message of spaces", sized, { rule: "true", message: "  " }),
  ruled("a reason nobody knows", sized, { rule: "true", reason: "Whatever" }),
  ruled(
    "a field path that isn't one",
    sized,
    { rule: "true", fieldPath: ".x" },
    { rule: "true", fieldPath: "a" },
    { rule: "true", fieldPath: ".a\n" },
  ),
  ruled(
    "a message expression that isn't one",
    sized,
    { rule: "true", messageExpression: "self.b" },
    { rule: "true", messageExpression: "5" },
    { rule: "true", messageExpression: " " },
  ),
  ruled("optionalOldSelf without oldSelf", sized, { rule: "true", optionalOldSelf: true }),
  ruled("oldSelf that is optional", sized, {
    rule: "oldSelf.hasValue() ? oldSelf.value().a == self.a : true",
    optionalOldSelf: true,
  }),
  ruled("oldSelf in items that can't be told apart", {
    l: list(object({ a: text }, rules("self.a == oldSelf.a"))),
  }),
  ruled("oldSelf in items that can", {
    l: list(
      object({ a: { type: "string", maxLength: 10 } }, { required: ["a"], ...rules("self.a == oldSelf.a") }),
      { maxItems: 10, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["a"] },
    ),
  }),
  ruled(
    "fields with escaped names",
    object({ namespace: text, "a-b": text, "x.y": text, a__b: text })["properties"],
    "self.__namespace__ == self.a__dash__b && self.x__dot__y == self.a__underscores__b",
  ),
  ruled(
    "fields nothing is known of",
    { o: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
    "self.o.x == 1",
  ),
  ruled("nested loops without bounds", unbounded, "self.l.all(x, self.l.all(y, x != y))"),
  ruled(
    "three loops without bounds",
    unbounded,
    "self.l.all(x, self.l.all(y, self.l.all(z, x != y && y != z)))",
  ),
  ruled("a loop over a map without bounds", unbounded, "self.m.all(k, self.m[k].contains(self.a))"),
  ruled("a bounded loop", sized, "self.l.all(x, self.l.exists_one(y, x == y))"),
  ruled(
    "a pattern over a text without bounds",
    unbounded,
    "self.a.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$') && self.a.contains(self.a)",
  ),
  ruled(
    "a rule just above its budget",
    { l: list({ type: "string", maxLength: 100 }, { maxItems: 260 }) },
    "self.l.all(x, self.l.all(y, x.contains(y)))",
  ),
  ruled("a rule in an unbounded list", {
    l: list(object({ s: { type: "string", maxLength: 1000 } }, rules("self.s.contains('abcdefghijklmnop')"))),
  }),
  ruled(
    "rules that cost too much together",
    Object.fromEntries(
      Array.from({ length: 14 }, (_, index) => [
        `l${index}`,
        list(
          { type: "string", maxLength: 50 },
          { maxItems: 500 + 20 * index, ...rules("self.all(x, self.exists_one(y, x == y))") },
        ),
      ]),
    ),
  ),
  ruled(
    "functions of all libraries with bounds",
    {
      a: { type: "string", maxLength: 50 },
      l: list({ type: "string", maxLength: 10 }, { maxItems: 10 }),
      n: list(integer, { maxItems: 10 }),
    },
    "isURL(self.a) && url(self.a).getHostname() != ''",
    "isIP(self.a) && cidr('10.0.0.0/8').containsIP(self.a)",
    "isQuantity(self.a) && quantity(self.a).isLessThan(quantity('5Gi'))",
    "isSemver(self.a) && semver(self.a).major() > 1",
    "self.a.find('[0-9]+') == '' && self.a.split(',').join(';') != '' && self.a.replace('a', 'b') != ''",
    "self.n.sum() > 3 && self.n.isSorted() && self.l.indexOf('x') >= 0 && self.n.sort() == self.n",
    "sets.contains(self.l, ['a']) && self.l.distinct().size() == self.l.size()",
    "format.dns1123Label().validate(self.a).hasValue()",
    "self.l.transformMap(i, v, v).size() == self.l.size()",
    "self.?a.orValue('') != ''",
  ),
];

function kindWith(
  properties: Fields,
  ...all: readonly (string | Fields)[]
): { readonly kind: string; readonly definition: Step } {
  count++;
  const kind = `Ruled${count}`;
  return { kind, definition: define(definition(kind, [version(object(properties, rules(...all)))])) };
}

/** Objects against rules: steps are specs, created one after another. */
function judged(
  name: string,
  properties: Fields,
  all: readonly (string | Fields)[],
  specs: readonly Fields[],
): Scenario {
  const { kind, definition: first } = kindWith(properties, ...all);
  const steps = specs.map(
    (spec, index): Step => ({
      verb: "create",
      kind: `crd.example.com/v1/${kind}`,
      body: custom(kind, `object-${index}`, { spec }),
    }),
  );
  return { name: `rules: ${name}`, steps: [first, ...steps] };
}

/** One object against rules as it changes: the first spec is created, the others are updates. */
function changed(
  name: string,
  properties: Fields,
  all: readonly (string | Fields)[],
  specs: readonly Fields[],
): Scenario {
  const { kind, definition: first } = kindWith(properties, ...all);
  const steps = specs.map((spec, index): Step => {
    const path = `crd.example.com/v1/${kind}`;
    if (index === 0) return { verb: "create", kind: path, name: "one", body: custom(kind, "one", { spec }) };
    return { verb: "update", kind: path, name: "one", change: (held) => ({ ...held, spec }) };
  });
  return { name: `rules: ${name}`, steps: [first, ...steps] };
}

const families: readonly (readonly [string, Fields, readonly string[], readonly Fields[]])[] = [
  [
    "comparisons",
    { min: integer, max: integer, f: { type: "number" } },
    ["self.min <= self.max", "!has(self.f) || self.f < 1.5"],
    [{ min: 1, max: 2, f: 1 }, { min: 3, max: 2, f: 2.5 }, { min: 1 }],
  ],
  [
    "texts",
    { a: short },
    [
      "self.a.startsWith('x') && self.a.size() < 4",
      "self.a.lowerAscii() == self.a",
      "self.a.split('-').all(p, p != '')",
    ],
    [{ a: "x-1" }, { a: "Y--Z9" }],
  ],
  [
    "patterns",
    { a: short },
    ["self.a.matches('^[a-z]+$')", "self.a.find('b+') != ''"],
    [{ a: "abb" }, { a: "A1" }],
  ],
  [
    "lists",
    { n: list(integer) },
    ["self.n.sum() == 6", "self.n.isSorted()", "self.n.max() < 4"],
    [{ n: [1, 2, 3] }, { n: [9, 1] }, { n: [] }],
  ],
  [
    "sets",
    { l: list(short, { "x-kubernetes-list-type": "set" }) },
    ["self.l == ['b', 'a']", "sets.contains(['a', 'b', 'c'], self.l)"],
    [{ l: ["a", "b"] }, { l: ["a", "d"] }],
  ],
  [
    "maps",
    { m: { type: "object", additionalProperties: integer } },
    ["self.m.all(k, k.startsWith('k'))", "self.m.all(k, v, v > 0)"],
    [{ m: { k1: 1 } }, { m: { x: 0 } }],
  ],
  [
    "times",
    {
      t: { type: "string", format: "date-time" },
      d: { type: "string", format: "duration" },
      y: { type: "string", format: "date" },
    },
    ["self.t > timestamp('2020-01-01T00:00:00Z')", "self.d <= duration('1h')", "self.y.getFullYear() > 2000"],
    [
      { t: "2021-01-01T00:00:00Z", d: "30m", y: "2010-01-01" },
      { t: "2019-01-01T00:00:00Z", d: "90m", y: "1999-12-31" },
    ],
  ],
  [
    "addresses",
    { a: short },
    ["isIP(self.a)", "cidr('10.0.0.0/8').containsIP(self.a)"],
    [{ a: "10.1.1.1" }, { a: "11.1.1.1" }, { a: "x" }],
  ],
  [
    "URLs",
    { a: short },
    ["isURL(self.a)", "url(self.a).getScheme() == 'https'"],
    [{ a: "https://a.example" }, { a: "http://a.example" }, { a: "::" }],
  ],
  [
    "quantities",
    { a: short },
    [
      "isQuantity(self.a) && quantity(self.a).isLessThan(quantity('1Gi'))",
      "quantity(self.a).asInteger() > 5",
    ],
    [{ a: "500M" }, { a: "2Gi" }, { a: "x" }],
  ],
  [
    "versions",
    { a: short },
    ["isSemver(self.a)", "semver(self.a).isGreaterThan(semver('1.0.0'))"],
    [{ a: "1.2.3" }, { a: "0.1.0" }, { a: "v1" }],
  ],
  [
    "formats",
    { a: short },
    ["!format.dns1123Label().validate(self.a).hasValue()"],
    [{ a: "good" }, { a: "Bad_One" }],
  ],
  [
    "optional values",
    { a: short, o: object({ b: short }) },
    ["self.?a.orValue('x') == 'x'", "!self.?o.?b.optMap(b, b == 'no').orValue(false)"],
    [{}, { a: "y", o: { b: "no" } }],
  ],
  [
    "int-or-string",
    { p: { "x-kubernetes-int-or-string": true } },
    ["type(self.p) == int ? self.p < 100 : self.p.endsWith('%')", "self.p > 5"],
    [{ p: 50 }, { p: "50%" }, { p: 500 }, { p: "x" }],
  ],
  [
    "null and what isn't there",
    { a: { type: "string", nullable: true }, b: short },
    ["has(self.a)", "self.a != 'x'", "self.b == 'b'"],
    [{ a: "y", b: "b" }, { a: null, b: "b" }, {}],
  ],
  [
    "embedded resources",
    {
      r: {
        type: "object",
        "x-kubernetes-embedded-resource": true,
        "x-kubernetes-preserve-unknown-fields": true,
      },
    },
    ["self.r.kind == 'Pod' && self.r.metadata.name == 'x'"],
    [
      { r: { apiVersion: "v1", kind: "Pod", metadata: { name: "x" } } },
      { r: { apiVersion: "v1", kind: "Job", metadata: { name: "y" } } },
    ],
  ],
  [
    "faults while they run",
    { n: integer, l: list(integer) },
    ["1 / self.n > 0", "self.l[5] == 1", "self.l[0] + 9223372036854775807 > 0"],
    [{ n: 0, l: [1] }],
  ],
];

const evaluated: readonly Scenario[] = [
  ...families.map(([name, properties, all, specs]) => judged(name, properties, all, specs)),
  judged(
    "messages, reasons and field paths",
    { a: short, n: integer, o: object({ b: short }) },
    [
      { rule: "self.a != 'x'", message: " no x " },
      { rule: "self.n < 5", messageExpression: "'not with ' + self.a", message: "unused" },
      {
        rule: "self.n < 4",
        messageExpression: "self.o.b.substring(9)",
        message: "used when the expression fails",
      },
      { rule: "self.n < 3", messageExpression: "''" },
      { rule: "self.a != 'x'", reason: "FieldValueForbidden", message: "forbidden" },
      { rule: "self.a != 'x'", reason: "FieldValueRequired", fieldPath: ".o.b" },
      { rule: "self.a != 'x'", reason: "FieldValueDuplicate", fieldPath: ".a" },
    ],
    [{ a: "x", n: 9, o: { b: "c" } }],
  ),
  judged(
    "rules of values, items and entries",
    {
      a: { type: "string", ...rules({ rule: "self == 'x'", message: "must be x" }) },
      l: list({ type: "integer", ...rules("self > 0") }),
      m: { type: "object", additionalProperties: { type: "string", ...rules("self != ''") } },
      "d-h": { type: "integer", ...rules("self < 5") },
    },
    [],
    [{ a: "y", l: [1, 0, -1], m: { k: "", "a.b": "" }, "d-h": 9 }],
  ),
  judged(
    "rules below combinators",
    {
      n: {
        type: "integer",
        allOf: [{ minimum: 1 }, { maximum: 9 }],
        anyOf: [{ multipleOf: 2 }, { multipleOf: 3 }],
        not: { enum: [6] },
      },
    },
    [],
    [{ n: 4 }, { n: 0 }, { n: 5 }, { n: 6 }, { n: 10 }],
  ),
  judged("rules at the root", { n: integer }, [], [{ n: 1 }]),
  changed(
    "transitions",
    { a: { type: "string", ...rules({ rule: "self == oldSelf", message: "may not change" }) }, n: integer },
    [{ rule: "self.n >= oldSelf.n", message: "may not shrink" }],
    [{ a: "x", n: 1 }, { a: "x", n: 2 }, { a: "y", n: 1 }, { n: 3 }, { a: "z", n: 3 }],
  ),
  changed(
    "transitions of what may not have been there",
    {
      a: {
        type: "string",
        ...rules({
          rule: "oldSelf.hasValue() || self == 'first'",
          optionalOldSelf: true,
          message: "must begin as first",
        }),
      },
    },
    [],
    [{}, { a: "second" }, { a: "first" }, { a: "second" }],
  ),
  changed(
    "transitions of items told apart by keys",
    {
      l: list(
        object(
          { k: text, v: integer },
          { required: ["k"], ...rules({ rule: "self.v >= oldSelf.v", message: "may not shrink" }) },
        ),
        {
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["k"],
        },
      ),
    },
    [],
    [
      {
        l: [
          { k: "a", v: 1 },
          { k: "b", v: 5 },
        ],
      },
      {
        l: [
          { k: "b", v: 5 },
          { k: "a", v: 0 },
          { k: "c", v: 0 },
        ],
      },
    ],
  ),
];

/** After the others, whose kinds are numbered. */
const keys: readonly Scenario[] = [
  ruled(
    "keys of maps are short",
    { m: { type: "object", additionalProperties: { type: "string", maxLength: 4096 }, maxProperties: 16 } },
    "self.m.all(key, key.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$'))",
    "self.m.all(key, key.split('/')[0].size() < 253)",
  ),
];

/** `[?a]` and `{?a: b}`; what isn't typed can't be asked about: a real API server falls over it. */
const optionals: readonly Scenario[] = [
  ruled("optional elements that aren't", sized, "[?self.a].size() + {?'k': self.n}.size() == 2"),
  ruled("optional elements of several types", sized, "[?self.?a, ?self.?n].size() == 2"),
  ruled(
    "optional elements that cost much",
    unbounded,
    "self.l.all(x, [?self.?a].exists(y, y.contains(x))) && {?'k': self.?a}.all(k, k.contains(self.a))",
  ),
  judged(
    "optional elements",
    { a: short, o: object({ b: short }) },
    [
      "[?self.?a, 'z', ?self.?o.?b].size() == 3",
      "[?self.?a][0] == 'x'",
      "{'k': 'v', ?'a': self.?a}.size() == 2",
      "{?'a': self.?a}['a'] == 'x'",
      "{'a': 'v', ?'a': self.?o.?b}.size() == 1",
      "[?optional.of(1), ?optional.none(), 2] == [1, 2]",
      "{?(has(self.a) ? 'p' : 'q'): self.?o.?b}.all(k, k == 'p')",
      "[has(self.a)?1:2, ? has(self.a) ? optional.of(3) : optional.none()] == [1, 3]",
    ],
    [{}, { a: "x" }, { a: "y", o: { b: "c" } }],
  ),
];

/** Rules in CEL: compiled when they are defined, and evaluated. */
export const ruleScenarios: readonly Scenario[] = [...compiled, ...evaluated, ...keys, ...optionals];
