import { describe, expect, test } from "vitest";
import { GoYamlError, parseGoYaml } from "./go-yaml.ts";

const limit = 1_000_000;
const parse = (text: string) => parseGoYaml(text, limit);

describe("what go-yaml reads", () => {
  test.each([
    ["nothing", "", null],
    ["a comment alone", "# x\n", null],
    ["the first document alone", "a\n---\n{", "a"],
    ["mappings as Maps, keys as texts", "1: a\ntrue: b\n", new Map(Object.entries({ 1: "a", true: "b" }))],
    ["a key given twice by its last value", "a: 1\na: 2\n", new Map([["a", 2]])],
    [
      "keys every object has",
      "__proto__: 1\nconstructor: 2\n",
      new Map(Object.entries(JSON.parse('{"__proto__": 1, "constructor": 2}'))),
    ],
    ["a mark at the start", "\ufeffa", "a"],
  ])("%s", (_, text, value) => {
    expect(parse(text)).toEqual(value);
  });

  test("its errors name the line in its own way: a scanner's its own, a parser's the one before", () => {
    expect(() => parse("a: 1\nb: c: d\n")).toThrow(
      new GoYamlError("mapping values are not allowed in this context", 2),
    );
    expect(() => parse("a: 1\n- b\n")).toThrow(new GoYamlError("did not find expected key", 1));
    expect(() => parse("a: b: c\n")).toThrow(
      new GoYamlError("mapping values are not allowed in this context"),
    );
  });
});

test("what JSON can't have is told after what YAML can't have", () => {
  expect(() => parse("a: .inf\nb: *c\n")).toThrow(new GoYamlError("unknown anchor 'c' referenced"));
  expect(() => parse("? [.inf]\n: 1\n")).toThrow("invalid map key");
  expect(() => parse("~: .inf\n")).toThrow("unsupported map key of type");
});

describe("security case 9: a text that would cost too much", () => {
  const nested = (levels: number) =>
    `a0: &a0 [x]\n${Array.from({ length: levels }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(", ")}]\n`).join("")}`;

  const merging = (levels: number) =>
    `a0: &a0 {}\n${Array.from({ length: levels }, (_, i) => `a${i + 1}: &a${i + 1} {<<: [${Array(10).fill(`*a${i}`).join(", ")}]}\n`).join("")}`;
  const nestingByAliases = (levels: number) =>
    `a0: &a0 x\n${Array.from({ length: levels }, (_, i) => `a${i + 1}: &a${i + 1} ${"[".repeat(900)}*a${i}${"]".repeat(900)}\n`).join("")}`;

  test.each([
    ["is longer than allowed", "a".repeat(limit + 1)],
    ["nests flow collections without end", "[".repeat(500_000)],
    ["nests block collections without end", "- ".repeat(400_000)],
    ["nests mappings without end", Array.from({ length: 1_300 }, (_, i) => `${" ".repeat(i)}a:`).join("\n")],
    ["has aliases that expand without measure", nested(8)],
    ["merges what merges without measure, though nothing is in it", merging(9)],
    ["nests without end by what its aliases stand for", nestingByAliases(9)],
    ["has a text in a key that can't be told", `? [&t "${"x".repeat(10_000)}"${", *t".repeat(20_000)}]\n: 1`],
    ["has a text beside a key that can't be told", `~: [&t "${"x".repeat(10_000)}"${", *t".repeat(20_000)}]`],
    ["has aliases beside a key that can't be told", `~:\n${nested(8).replaceAll(/^/gm, " ")}`],
  ])("%s is refused as too large, soon", (_, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "yaml-too-large" }));
  });

  test.each([
    ["as a key", "&a {? *a : 1}"],
    ["beside a key that can't be told", "&a [{~: *a}]"],
  ])("that contains itself %s is told of", (_, text) => {
    expect(() => parse(text)).toThrow(new GoYamlError("anchor 'a' value contains itself"));
  });

  test("with many brackets side by side is read", () => {
    expect(parse(`[${"[],".repeat(50_000)}]`)).toHaveLength(50_000);
  });
});
