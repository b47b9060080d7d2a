import { describe, expect, test } from "vitest";
import { parseYaml, parseYamlLeniently, parseYamlStream, printYaml } from "./yaml.ts";
import { editYaml } from "./yaml-edit.ts";

describe("parseYaml", () => {
  test.each([
    ["yes", true],
    ["off", false],
    ["~", null],
    ["0755", 493],
    ["0o17", 15],
    ["0x1F", 31],
    ["1_000", 1000],
    ["1e3", 1000],
    [".5", 0.5],
    ["08", 8],
    ["12:30", "12:30"],
    ["2024-01-01", "2024-01-01"],
    ["'yes'", "yes"],
    ["!!str 5", "5"],
    [".inf", Number.POSITIVE_INFINITY],
    ["1.2.3", "1.2.3"],
  ])("reads %s as Kubernetes does", (text, value) => expect(parseYaml(text).value).toEqual(value));

  test("merges with <<, the mapping's own keys first", () => {
    expect(parseYaml("a: &a {k: 1, l: 2}\nb: {<<: *a, l: 3}").value).toEqual({
      a: { k: 1, l: 2 },
      b: { k: 1, l: 3 },
    });
  });

  test("names file, line and column of what is wrong", () => {
    expect(() => parseYaml("a: 1\nb: [", { file: "f.yaml" })).toThrow(
      expect.objectContaining({ code: "yaml-invalid", place: expect.objectContaining({ file: "f.yaml" }) }),
    );
    expect(() => parseYaml("a: 1\na: 2")).toThrow("given twice");
  });

  test("tells where a field stands", () => {
    const document = parseYaml("a: 1\nb:\n  - c: 2\n");
    expect([document.lineOf(["a"]), document.lineOf(["b", 0, "c"]), document.lineOf(["b", 5])]).toEqual([
      1, 3, 3,
    ]);
  });

  test("reads a stream without its empty documents", () => {
    expect(parseYamlStream("---\na: 1\n---\n---\nb: 2\n").map(({ value }) => value)).toEqual([
      { a: 1 },
      { b: 2 },
    ]);
  });

  test("an alias stands for the last node before it with its anchor", () => {
    expect(parseYaml("a: &x 1\nb: *x\nc: &x 2\nd: *x\n").value).toEqual({ a: 1, b: 1, c: 2, d: 2 });
    expect(() => parseYaml("a: *x\nb: &x 1\n")).toThrow("unknown anchor");
    expect(() => parseYaml("a: &x [*x]\n")).toThrow("contains itself");
  });

  test("security case 9: refuses keys that are merged over and over, without looking for each alias anew", () => {
    const lines = Array.from({ length: 2000 }, (_, index) => {
      const before = index === 0 ? "" : `*k${index - 1}, *k${index - 1}`;
      return `k${index}: &k${index} {<<: [${before}], v${index}: x}`;
    });
    expect(() => parseYaml(lines.join("\n"))).toThrow("expand to too much");
  });

  test("security case 9: refuses aliases that expand without measure", () => {
    const bomb = `a: &a [1,1,1,1,1,1,1,1,1,1]\n${"bcdefgh".replaceAll(
      /./g,
      (name) =>
        `${name}: &${name} [${Array(10)
          .fill(`*${String.fromCharCode(name.charCodeAt(0) - 1)}`)
          .join(",")}]\n`,
    )}`;
    expect(() => parseYaml(bomb)).toThrow(expect.objectContaining({ code: "yaml-too-large" }));
  });

  test("security case 10: __proto__ is a key like any other", () => {
    const value = parseYaml("__proto__: {polluted: true}").value as object;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe("printYaml", () => {
  test.each([
    [
      "texts that look like something else",
      { a: "yes", b: "1", c: "", d: "null", e: "2024-01-01", f: "0755" },
      'a: "yes"\nb: "1"\nc: ""\nd: "null"\ne: "2024-01-01"\nf: "0755"\n',
    ],
    [
      "texts with special characters",
      { a: "x: y", b: "#c", c: "it's", d: "a\tb" },
      "a: 'x: y'\nb: '#c'\nc: it's\nd: \"a\\tb\"\n",
    ],
    ["several lines", { a: "x\ny\n", b: "x\n\ny" }, "a: |\n  x\n  y\nb: |-\n  x\n\n  y\n"],
    ["keys by their numbers", { a10: 1, a9: 1, B: 1 }, "B: 1\na9: 1\na10: 1\n"],
    [
      "lists in maps and lists",
      { l: [1, [2, 3], { a: [] }], m: {} },
      "l:\n- 1\n- - 2\n  - 3\n- a: []\nm: {}\n",
    ],
    [
      "numbers",
      { a: 1, b: 1.5, c: 1e21, d: 0.00001, e: -0, f: 1234567.5 },
      "a: 1\nb: 1.5\nc: 1e+21\nd: 1e-05\ne: 0\nf: 1.2345675e+06\n",
    ],
  ])("prints %s as sigs.k8s.io/yaml", (_name, value, text) => expect(printYaml(value)).toBe(text));

  test("folds long lines after 80 columns", () => {
    expect(printYaml({ a: "word ".repeat(20).trim() })).toBe(
      `a: ${"word ".repeat(16).trim()}\n  ${"word ".repeat(4).trim()}\n`,
    );
  });

  test("reads back as it was", () => {
    const value = {
      s: ["a b", " x ", "a\n", "\n", "é😀", "- a", "?", ": ", "%", "@a", "`", "a #b", "\u0085"],
      n: null,
      t: true,
    };
    expect(parseYaml(printYaml(value)).value).toEqual(value);
  });
});

describe("a document in which keys may be given twice", () => {
  test("has the last value of each, and tells where", () => {
    expect(parseYamlLeniently("\na: 1\nb:\n  c: 2\n  c: 3\na: 4\n")).toEqual({
      value: { a: 4, b: { c: 3 } },
      duplicates: [
        { key: "c", line: 5 },
        { key: "a", line: 6 },
      ],
    });
  });

  test("is refused when it is no YAML", () => {
    expect(() => parseYamlLeniently("a: [")).toThrow("not valid YAML");
  });
});

describe("security case 8: a document nested past all measure", () => {
  test.each([
    ["sequences", "[".repeat(1_500_000)],
    ["mappings", "{a: ".repeat(700_000)],
    ["closed ones", "[".repeat(700_000) + "]".repeat(700_000)],
    ["entries in a line", "- ".repeat(1_500_000)],
    ["keys in a line", "? ".repeat(1_500_000)],
  ])("is refused before it is parsed: %s", (_name, text) => {
    expect(() => parseYaml(`a: b\nc:\n ${text}`)).toThrow(
      expect.objectContaining({
        code: "yaml-too-large",
        message: expect.stringContaining("nests too deeply"),
      }),
    );
  });

  test.each([
    ["mappings as keys", `${"{".repeat(5_000)}${"}".repeat(5_000)}`],
    ["keys in a line", `${"? ".repeat(5_000)}a`],
    [
      "keys on lines of their own",
      Array.from({ length: 2_000 }, (_, depth) => `${" ".repeat(depth)}?`).join("\n"),
    ],
    ["lists", `${"[".repeat(5_000)}${"]".repeat(5_000)}`],
  ])("is refused as too large where the parser gives up: %s", (_name, text) => {
    for (const parse of [parseYaml, parseYamlLeniently, parseYamlStream]) {
      expect(() => parse(text, { file: "a.yaml" })).toThrow(
        expect.objectContaining({
          code: "yaml-too-large",
          message: "the document nests too deeply",
          place: expect.objectContaining({ file: "a.yaml" }),
        }),
      );
    }
  });

  test("isn't one with as many brackets in its texts, or side by side", () => {
    const texts = "[{- ".repeat(20_000);
    expect(parseYaml(`a: "${texts}"\nb: |\n  ${texts}`).value).toMatchObject({ a: texts });
    expect(parseYaml(`a: [${"[],".repeat(20_000)}]`).value).toBeDefined();
    expect(
      parseYaml(`{${Array.from({ length: 11_000 }, (_, i) => `? k${i} : v`).join(", ")}}`).value,
    ).toBeDefined();
    expect(parseYaml("- 1\n".repeat(20_000)).value).toHaveLength(20_000);
  });
});

describe("a block whose last line isn't ended", () => {
  test.each([
    ["a: |\n  x", "x"],
    ["a: |\n  x\n", "x\n"],
    ["a: >\n  x\n  y", "x y"],
    ["a: |+\n  x", "x"],
    ["a: |\n  x\nb: y", "x\n"],
  ])("has no line break there: %j", (text, value) => {
    expect(parseYaml(text).value).toMatchObject({ a: value });
  });
});

describe("a reader of scalars", () => {
  test("is told text, meaning and style", () => {
    const scalar = (...given: readonly unknown[]) => given;
    const { value } = parseYaml("a: 0755\nb: '1'\nc: [x]\ne: |\n  t\n", { dialect: "kustomize", scalar });
    expect(value).toEqual({
      a: ["0755", 493, "plain"],
      b: ["1", "1", "quoted"],
      c: [["x", "x", "plain-in-flow"]],
      e: ["t\n", "t\n", "quoted"],
    });
  });

  test("keys below the root must be texts for Kustomize", () => {
    expect(parseYaml("1: a", { dialect: "kustomize" }).value).toEqual({ "1": "a" });
    expect(() => parseYaml("a: {1: b}", { dialect: "kustomize" })).toThrow("must be a text");
  });
});

describe("editYaml", () => {
  test("keeps comments, order and quotes", () => {
    const text = "# first\nz: 1\na:\n  - b: 'x' # why\n    c: 2\n";
    const edits = [
      { path: ["a", 0, "b"], value: "y", needsQuotes: false },
      { path: ["z"], value: "7", needsQuotes: true },
      { path: ["new"], value: "n", needsQuotes: false },
    ];
    expect(editYaml(text, edits)).toBe("# first\nz: \"7\"\na:\n- b: 'y' # why\n  c: 2\nnew: n\n");
  });
});
