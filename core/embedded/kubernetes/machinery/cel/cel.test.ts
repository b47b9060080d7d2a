import { describe, expect, test } from "vitest";
import { compileExpression, dynType, type Outcome, plainValue } from "./index.ts";
import { printValue } from "./library/text-format.ts";

const self = {
  name: "shop",
  count: 3,
  tags: ["b", "a", "c"],
  nested: { deep: { x: 1 } },
  labels: { app: "web", tier: "front" },
  nothing: null,
};

function run(expression: string, limit?: number): Outcome {
  const program = compileExpression(expression, { self: dynType });
  if ("issues" in program) throw new Error(program.issues);
  return program.evaluate({ self: plainValue(self) }, limit);
}

function shown(expression: string): string {
  const outcome = run(expression);
  return "error" in outcome ? `error: ${outcome.error}` : printValue(outcome.value);
}

describe("families of functions", () => {
  test.each([
    // operators
    ["1 + 2 * 3 == 7 && !(2 > 3) || false", "true"],
    ["7 / 2 == 3 && 7 % 2 == 1 && -7 / 2 == -3", "true"],
    ["dyn(1) == 1.0 && dyn(1u) == 1", "true"],
    ["1 / 0 == 1 || true", "true"],
    ["1 / 0 == 1 && true", "error: division by zero"],
    ["9223372036854775807 + 1 > 0", "error: integer overflow"],
    ["self.count > 2 ? 'many' : 'few'", "many"],
    ["'a' in self.tags && 'app' in self.labels && !('x' in self.labels)", "true"],
    ["self.missing", "error: no such key: missing"],
    ["self.tags[5]", "error: index out of bounds: 5"],
    ["self.nothing == null && self['nothing'] == null && [null][0] == null", "true"],
    ["has(self.nothing) && !has(self.nothing.x)", "true"],
    ["self.nothing.x", "error: no such key: x"],
    // macros
    ["has(self.name) && !has(self.missing) && has(self.nested.deep.x)", "true"],
    [
      "self.tags.all(t, t < 'd') && self.tags.exists(t, t == 'c') && self.tags.exists_one(t, t == 'a')",
      "true",
    ],
    ["self.tags.map(t, t + '!')", "[b!, a!, c!]"],
    ["self.tags.map(t, t != 'a', t + '!')", "[b!, c!]"],
    ["self.tags.filter(t, t > 'a')", "[b, c]"],
    ["self.labels.all(k, self.labels[k] != '')", "true"],
    // two variables
    ["self.tags.all(i, t, i < 3 && t != '')", "true"],
    ["self.tags.exists(i, t, i == 1 && t == 'a')", "true"],
    ["self.tags.existsOne(i, t, i > 1)", "true"],
    ["self.tags.transformList(i, t, t + string(i))", "[b0, a1, c2]"],
    ["self.tags.transformList(i, t, i != 1, t)", "[b, c]"],
    ["self.labels.transformMap(k, v, v + '/' + k)", "{app: web/app, tier: front/tier}"],
    ["self.tags.transformMapEntry(i, t, {t: i})", "{a: 1, b: 0, c: 2}"],
    // optional types
    ["self.?name.orValue('none') + self.?missing.orValue('none')", "shopnone"],
    ["self.?nested.deep.?x.hasValue()", "true"],
    ["self.tags[?7].hasValue() || optional.of(1).value() == 1", "true"],
    ["self.?count.optMap(c, c * 2).value()", "6"],
    ["self.?count.optFlatMap(c, c > 5 ? optional.of(c) : optional.none()).hasValue()", "false"],
    ["optional.none().or(optional.of(2)).value()", "2"],
    ["[1, 2].first().value() + [1, 2].last().value()", "3"],
    // optional elements of lists and maps; of what has no type a real API server can't be asked: it falls over them
    ["[?self.?name, ?self.?missing, 'x'] == ['shop', 'x']", "true"],
    ["{?'a': self.?name, ?'b': self.?missing}", "{a: shop}"],
    ["{'a': 1, ? // {?\n 'a': optional.none()}", "{}"],
    ["[self.tags[?0], optional.of('y')][0].value() + {'{?': '?'}['{?']", "b?"],
    ["[ ?self.tags[?1]\n , ? -1 > 0 ? optional.of('a') : optional.of('b')]", "[a, b]"],
    ["[?dyn(1)]", "error: cannot initialize optional list element from non-optional value 1"],
    ["{?'k': dyn('v')}", "error: cannot initialize optional entry 'k' from non-optional value v"],
    // texts
    ["'hello world'.split(' ').join('-').upperAscii()", "HELLO-WORLD"],
    ["'abc'.substring(1, 2) + 'abc'.charAt(2) + ' x '.trim()", "bcx"],
    ["'a.b.c'.replace('.', '/') + 'a.b.c'.replace('.', '/', 1)", "a/b/ca/b.c"],
    ["'tacocat'.indexOf('c') + 'tacocat'.lastIndexOf('c')", "6"],
    ["'%s has %d of %.2f'.format([dyn('x'), 3, 1.5])", "x has 3 of 1.50"],
    ["strings.quote('a\"b')", '"a\\"b"'],
    ["size('héllo') == 5 && 'x'.startsWith('x') && 'ab'.endsWith('b') && 'abc'.contains('b')", "true"],
    // regex
    [
      "'abc 123'.find('[0-9]+') + 'a1b2'.findAll('[0-9]').join(',') + 'a1b2'.findAll('[0-9]', 1).join(',')",
      "1231,21",
    ],
    ["'shop'.matches('^s.+p$')", "true"],
    // lists
    ["[1, 2, 3].sum() + [1, 5].max() - [1, 5].min()", "10"],
    ["[1, 2, 3].isSorted() && [2, 1].indexOf(1) == 1 && [1, 1].lastIndexOf(1) == 1", "true"],
    ["[3, 1, 2].sort()", "[1, 2, 3]"],
    ["['bb', 'a'].sortBy(s, size(s))", "[a, bb]"],
    [
      "[1, 2, 3, 4].slice(1, 3) + lists.range(2) + [1].reverse() + [1, 1].distinct() + [[1], [2]].flatten()",
      "[2, 3, 0, 1, 1, 1, 1, 2]",
    ],
    // sets
    ["sets.contains([1, 2], [2]) && sets.equivalent([1, 2], [2, 1]) && sets.intersects([1], [1, 2])", "true"],
    // URLs
    ["isURL('https://a.example:80/x?q=1') && !isURL('a.example')", "true"],
    ["url('https://u@a.example:80/x%20y?q=1&q=2#f').getHost()", "a.example:80"],
    [
      "url('https://[::1]:80/x').getHostname() + url('https://a:80/').getPort() + url('/a/b').getEscapedPath()",
      "::180/a/b",
    ],
    ["url('https://a/x?q=1&q=2').getQuery()", "{q: [1, 2]}"],
    // addresses
    [
      "isIP('10.0.0.1') && !isIP('10.0.0.256') && ip('::1').isLoopback() && ip('10.0.0.1').family() == 4",
      "true",
    ],
    [
      "ip.isCanonical('2001:db8::1') && !ip.isCanonical('2001:DB8::1') && string(ip('2001:DB8::1')) == '2001:db8::1'",
      "true",
    ],
    [
      "ip('169.254.1.1').isLinkLocalUnicast() && ip('224.0.0.1').isLinkLocalMulticast() && ip('8.8.8.8').isGlobalUnicast()",
      "true",
    ],
    // networks
    ["cidr('10.0.0.0/8').containsIP('10.1.2.3') && cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')", "true"],
    [
      "string(cidr('10.1.2.3/8').masked()) + string(cidr('10.0.0.0/8').prefixLength()) + string(cidr('10.0.0.0/8').ip())",
      "10.0.0.0/8810.0.0.0",
    ],
    ["isCIDR('10.0.0.0/8') && !isCIDR('10.0.0.0/33')", "true"],
    // quantities
    ["quantity('1Gi').isGreaterThan(quantity('500M')) && isQuantity('1.5') && !isQuantity('x')", "true"],
    ["quantity('1k').add(quantity('500')).asInteger() + quantity('5').sub(2).asInteger()", "1503"],
    [
      "sign(quantity('-1')) == -1 && quantity('1500m').asApproximateFloat() == 1.5 && quantity('1').compareTo(quantity('2')) == -1",
      "true",
    ],
    // semantic versions
    ["semver('1.2.3').isLessThan(semver('1.10.0')) && isSemver('1.2.3') && !isSemver('v1.2.3')", "true"],
    ["semver('v1.2', true).minor() + semver('1.2.3').major() + semver('1.2.3').patch()", "6"],
    // formats
    [
      "format.dns1123Label().validate('My').hasValue() && !format.dns1123Label().validate('my').hasValue()",
      "true",
    ],
    ["format.named('uuid').hasValue() && !format.named('no').hasValue()", "true"],
    // times
    [
      "timestamp('2023-07-14T10:30:45.123Z').getFullYear() == 2023 && duration('90m').getHours() == 1",
      "true",
    ],
    ["timestamp('2023-01-01T05:30:00Z').getHours('America/Los_Angeles')", "21"],
    [
      "string(timestamp('2023-01-01T00:00:00Z') + duration('1h30m')) + string(duration('1h30m'))",
      "2023-01-01T01:30:00Z5400s",
    ],
    // conversions
    [
      "int('12') + int(2.9) + int(3u) == 17 && string(1.5) == '1.5' && bool('true') && double('1.5') == 1.5",
      "true",
    ],
    ["type(1) == int && type('a') == string && type(self) == map && type(null) == null_type", "true"],
    ["int('x') == 1", 'error: strconv.ParseInt: parsing "x": invalid syntax'],
  ])("%s", (expression, value) => {
    expect(shown(expression)).toBe(value);
  });
});

describe("what isn't an expression", () => {
  test.each([
    [
      "slef.name == 'x'",
      "ERROR: <input>:1:1: undeclared reference to 'slef' (in container '')\n | slef.name == 'x'\n | ^",
    ],
    [
      "1 + 'a' == 2",
      "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'\n | 1 + 'a' == 2\n | ..^",
    ],
    [
      "'a'.lower()",
      "ERROR: <input>:1:10: undeclared reference to 'lower' (in container '')\n | 'a'.lower()\n | .........^",
    ],
    [
      "[1].all(x.y, true)",
      "ERROR: <input>:1:10: argument must be a simple name\n | [1].all(x.y, true)\n | .........^",
    ],
    ["base64.encode(b'a')", "undeclared reference"],
    ["math.greatest(1, 2)", "undeclared reference"],
    ["'a'.matches('(')", "invalid matches argument"],
    ["has(self)", "invalid argument to has() macro"],
    ["[1, 'a']", "expected type 'int' but found 'string'"],
  ])("%s", (expression, issues) => {
    const program = compileExpression(expression, { self: dynType });
    expect(program).toHaveProperty("issues");
    expect((program as { issues: string }).issues).toContain(issues);
  });
});

describe("attacks", () => {
  test("security case 8: a deep expression is refused, not run into the stack's end", () => {
    for (const expression of [
      `${"(".repeat(50_000)}1${")".repeat(50_000)}`,
      `${"!".repeat(50_000)}true`,
      `1${" + 1".repeat(20_000)}`,
      `self${".a".repeat(20_000)}`,
      "[".repeat(10_000),
    ]) {
      expect(compileExpression(expression, { self: dynType })).toHaveProperty("issues");
    }
  });

  test("security case 8: long runs of one logical operator are no depth", () => {
    expect(shown(`true${" && true".repeat(5_000)}`)).toBe("true");
  });

  test("security case 8: loops and growth end at the limit, not at the machine's", () => {
    const list = `[${Array(200).fill("1").join(",")}]`;
    const before = process.memoryUsage().heapUsed;
    for (const expression of [
      `${list}.all(a, ${list}.all(b, ${list}.all(c, true)))`,
      "lists.range(9000000000).all(x, true)",
      "lists.range(900000).map(x, lists.range(900000)).size() > 0",
      `${"optional.of([1, 1]).optMap(x, x + x)".repeat(1)}${".optMap(x, x + x)".repeat(40)}.value().size() > 0`,
      `${"optional.of('ab')"}${".optMap(x, x + x)".repeat(60)}.value().size() > 0`,
      `lists.range(1000).map(x, 'aaaaaaaaaa'.replace('', '${"b".repeat(40_000)}')).join('').size() > 0`,
    ]) {
      expect(run(expression)).toHaveProperty("error");
    }
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(500_000_000);
  });

  test("security case 10: patterns take linear time", () => {
    expect(shown(`('${"a".repeat(5000)}' + '!').matches('^(a+)+$')`)).toBe("false");
  });

  test("security case 10: keys that objects have of themselves are just keys", () => {
    expect(shown("has(self.__proto__) || has(self.constructor) || 'toString' in self")).toBe("false");
    expect(shown("{'__proto__': 1, 'constructor': 2}")).toBe("{__proto__: 1, constructor: 2}");
    expect(shown("self.constructor")).toBe("error: no such key: constructor");
  });
});

test("costs are counted as Kubernetes counts them", () => {
  const cost = (expression: string) => run(expression).cost;
  expect(cost("true")).toBe(0);
  expect(cost("self.count == 3")).toBe(3);
  expect(cost("self.tags.all(t, t != '')")).toBe(2 + 3 * (2 + 2) + 1);
  expect(run("self.tags.all(t, true)", 5)).toMatchObject({ exceeded: true });
});
