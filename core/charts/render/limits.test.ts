import { describe, expect, test } from "vitest";
import { type Limits, loadChart, renderChart } from "../index.ts";
import { Budget, defaultLimits } from "../template/budget.ts";
import { parseTemplate } from "../template/parser.ts";

const release = { name: "app", namespace: "shop" };

/** Renders a chart whose template stands in the third line of a file; gives what its rendering threw. */
function failureOf(template: string, limits: Partial<Limits> = {}) {
  const files = {
    "Chart.yaml": "apiVersion: v2\nname: bomb\nversion: 1.0.0\n",
    "lines.txt": "\n".repeat(400_000),
    "templates/bomb.yaml": `# a\n# b\n${template}`,
    "values.yaml": `nested: ${JSON.stringify("{{ tpl .Values.nested . }}")}\n`,
  };
  const chart = loadChart(new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));
  try {
    renderChart({ chart, release, limits });
  } catch (error) {
    return error as { code: string; message: string; place?: { file: string; line: number } };
  }
  throw new Error("nothing was thrown");
}

const grow = (start: string, step: string) =>
  `{{ $x := ${start} }}{{ range until 60 }}{{ $x = ${step} }}{{ end }}`;

/** A small part of what charts have, so that the tests end soon: the numbers are the same in kind. */
const small: Partial<Limits> = {
  output: 10_000_000,
  memory: 20_000_000,
  steps: 200_000,
  milliseconds: 4000,
};

/** Each would take more memory or time than there is. */
const bombs: readonly (readonly [string, string])[] = [
  ["repeats", '{{ repeat 1000000000 "x" }}'],
  ["repeated repeats", grow('"xxxx"', "repeat 4 $x")],
  ["texts printed twice", grow('"xxxx"', "print $x $x")],
  ["replacements", grow('"xx"', 'replace "x" $x $x')],
  ["replacements of nothing", grow('"xx"', 'replace "" $x $x')],
  ["regular replacements", grow('"xx"', 'regexReplaceAllLiteral "x" $x $x')],
  ["joined lists", grow('"x"', "join $x (list $x $x $x)")],
  ["indentation", '{{ indent 1000000 (repeat 1000000 "\\n") }}'],
  ["padding", `{{ printf (repeat 1000000 "%1000000d") 1 }}`],
  ["wrapping", grow('"x x x x x"', "wrapWith 1 $x $x")],
  ["characters of a text", '{{ splitList "" (repeat 100000000 "x") | len }}'],
  ["pieces of a text", '{{ splitList "," (repeat 100000000 ",") | len }}'],
  ["encodings", grow('"xxxx"', "b64enc (b64enc $x)")],
  ["a list of numbers", "{{ until 1000000000 }}"],
  ["a sequence", "{{ seq 1000000000 }}"],
  ["joined lists of lists", grow("list 1 2 3", "concat $x $x $x $x")],
  ["lines of a file", '{{ .Files.Lines "lines.txt" | len }}'],
  ["lines of a file, as YAML", "{{ .Files.AsConfig | len }}"],
  ["lines of a text, as YAML", '{{ toYaml (repeat 400000 "\\n") | len }}'],
  ["lines of a text, pretty", '{{ toYamlPretty (repeat 400000 "\\n") | len }}'],
  ["a loop", "{{ range 1000000000 }}{{ end }}"],
  ["loops within loops", "{{ range until 10000 }}{{ range until 10000 }}{{ end }}{{ end }}"],
  [
    "output",
    '{{ range until 100000 }}{{ range until 10 }}0123456789012345678901234567890123456789{{ end }}{{ end }}{{ range until 5000 }}{{ repeat 100000 "x" }}{{ end }}',
  ],
  ["an include without end", '{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}'],
  [
    "includes of two templates in turn",
    '{{ define "x" }}{{ include "y" . }}{{ end }}{{ define "y" }}{{ include "x" . }}{{ end }}{{ include "x" . }}',
  ],
  ["a template without end", '{{ define "x" }}{{ template "x" . }}{{ end }}{{ template "x" . }}'],
  ["a tpl without end", "{{ tpl .Values.nested . }}"],
  [
    "includes that double",
    '{{ define "x" }}{{ if gt . 0 }}{{ include "x" (sub . 1) }}{{ include "x" (sub . 1) }}{{ end }}{{ end }}{{ include "x" 60 }}',
  ],
  ["a map of maps of maps, as JSON", `${grow('dict "a" 1', 'dict "a" $x "b" $x')}{{ toJson $x }}`],
  ["a map of maps of maps, as YAML", `${grow('dict "a" 1', 'dict "a" $x "b" $x')}{{ toYaml $x }}`],
  ["a map of maps of maps, pretty", `${grow('dict "a" 1', 'dict "a" $x "b" $x')}{{ toYamlPretty $x }}`],
  ["a map of maps of maps, as TOML", `${grow('dict "a" 1', 'dict "a" $x "b" $x')}{{ toToml $x }}`],
  ["a map of maps of maps, printed", `${grow('dict "a" 1', 'dict "a" $x "b" $x')}{{ $x }}`],
  ["a map of maps of maps, copied", `${grow('dict "a" 1', 'dict "a" $x "b" $x')}{{ deepCopy $x | len }}`],
  [
    "a map of maps of maps, compared",
    `${grow('dict "a" 1', 'dict "a" $x "b" $x')}{{ $y := $x }}${grow('dict "a" 1', 'dict "a" $x "b" $x')}{{ deepEqual $x $y }}`,
  ],
  [
    "maps of maps of maps, merged",
    `${grow('dict "a" (dict)', 'dict "a" $x "b" $x')}{{ $y := $x }}${grow('dict "a" (dict)', 'dict "a" $x "b" $x')}{{ merge $x $y | len }}`,
  ],
  ["a map within itself", '{{ $x := dict }}{{ $_ := set $x "a" $x }}{{ toJson $x }}'],
  ["a map within itself, printed", '{{ $x := dict }}{{ $_ := set $x "a" $x }}{{ $x }}'],
  ["a map within itself, copied", '{{ $x := dict }}{{ $_ := set $x "a" $x }}{{ deepCopy $x }}'],
  ["a long list without repetitions", "{{ uniq (until 1000000) | len }}"],
  [
    "a long pattern over a long text",
    '{{ regexMatch (print (repeat 1000 "(a|aa)*") "$") (repeat 10000000 "a") }}',
  ],
];

/** What goes through a text letter by letter takes many times its length. */
const lettered = [
  "title",
  "untitle",
  "upper",
  "swapcase",
  "snakecase",
  "camelcase",
  "nospace",
  "initials",
  "shuffle",
];

/** What takes long by itself: only the clock ends it. */
const slow: readonly (readonly [string, string])[] = [
  ["passwords", '{{ range until 100000 }}{{ bcrypt "x" }}{{ end }}'],
  ["private keys", '{{ range until 100000 }}{{ genPrivateKey "rsa" }}{{ end }}'],
  ["derived passwords", '{{ range until 100000 }}{{ derivePassword 1 "long" "p" "u" "s" }}{{ end }}'],
];

describe("security case 7: a chart bomb", () => {
  test.each(bombs)("of %s ends within its budget, and its place is told", (_name, template) => {
    const error = failureOf(template, small);
    expect(error).toMatchObject({ place: { file: "bomb/templates/bomb.yaml", line: 3 } });
    // Helm ends some of these itself.
    expect(error.code === "chart-limit" || error.message.includes("nested reference")).toBe(true);
  });

  test.each([...lettered, 'trimAll "x"', "wrap 1"])(
    "of %s over a long text ends within its budget",
    (call) => {
      const error = failureOf(`{{ ${call} (repeat 500000 "aB-c") | len }}`, small);
      expect(error).toMatchObject({
        code: "chart-limit",
        place: { file: "bomb/templates/bomb.yaml", line: 3 },
      });
    },
  );

  test.each(slow)("of %s ends when its time is over, and its place is told", (_name, template) => {
    const error = failureOf(template, { milliseconds: 300 });
    expect(error).toMatchObject({
      code: "chart-limit",
      place: { file: "bomb/templates/bomb.yaml", line: 3 },
    });
  });

  test("of YAML aliases that multiply is an error of its reader", () => {
    const lines = Array.from(
      { length: 40 },
      (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]`,
    );
    const text = JSON.stringify(["a0: &a0 [x]", ...lines].join("\n"));
    expect(failureOf(`{{ (fromYaml ${text}).Error | fail }}`, small).message).toContain("alias");
  });

  test.each(["[", "{a: "])("of YAML that nests in %j is refused at its place", (opening) => {
    const error = failureOf(`{{ fromYaml (print "a: " (repeat 1500 "${opening}")) }}`, small);
    expect(error).toMatchObject({
      code: "yaml-too-large",
      place: { file: "bomb/templates/bomb.yaml", line: 3 },
    });
  });

  test("of many actions is refused before they are kept, and its place is told", () => {
    const room = { tokens: 100 };
    const parse = () => parseTemplate({ name: "t", text: "{{1}}\n".repeat(15) }, () => false, room);
    expect(parse().length).toBe(1);
    // The room is that of all that are kept together.
    const place = { file: "t", line: expect.any(Number) };
    expect(parse).toThrow(expect.objectContaining({ code: "chart-limit", place }));
  });

  test("isn't one whose thread had to wait", () => {
    const budget = new Budget({ ...defaultLimits, milliseconds: 200 });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
    expect(() => budget.checkTime()).not.toThrow();
  });

  test.each([
    ["output", { output: 100 }, "{{ range 20 }}0123456789{{ end }}"],
    [
      "depth",
      { depth: 10 },
      '{{ define "x" }}{{ if gt . 0 }}{{ include "x" (sub . 1) }}{{ end }}{{ end }}{{ include "x" 20 }}',
    ],
    ["steps", { steps: 100 }, "{{ range 200 }}{{ end }}"],
    ["memory", { memory: 1000 }, '{{ repeat 2000 "x" | len }}'],
    ["milliseconds", { milliseconds: 0 }, "{{ range 1000000 }}{{ end }}"],
  ] satisfies [string, Partial<Limits>, string][])(
    "is held by a smaller limit of %s",
    (_name, limits, template) => {
      expect(failureOf(template, limits)).toMatchObject({ code: "chart-limit", place: { line: 3 } });
    },
  );
});
