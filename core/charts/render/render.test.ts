import { describe, expect, test } from "vitest";
import {
  loadChart,
  NeedsLookup,
  printManifest,
  type RenderRequest,
  renderChart,
  seededRandom,
} from "../index.ts";

const release = { name: "app", namespace: "shop" };

function chartOf(files: Readonly<Record<string, string>>) {
  const all = { "Chart.yaml": "apiVersion: v2\nname: demo\nversion: 1.2.3\n", ...files };
  return loadChart(new Map(Object.entries(all).map(([name, text]) => [name, Buffer.from(text)])));
}

function render(
  template: string,
  options: Partial<RenderRequest> & { readonly defaults?: string } = {},
): string {
  const { defaults = "", ...request } = options;
  const chart = chartOf({ "templates/NOTES.txt": template, "values.yaml": defaults });
  return renderChart({ chart, release, ...request }).notes;
}

function failure(run: () => unknown): { code: string; message: string } {
  try {
    run();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error("nothing was thrown");
}

describe("renderChart", () => {
  test("gives templates the release, the chart and the values, the user's over the chart's", () => {
    const text =
      "{{ .Release.Name }} {{ .Release.Namespace }} {{ .Chart.Name }} {{ .Values.a }}{{ .Values.b }}";
    expect(render(text, { defaults: "a: 1\nb: 2\n", values: { b: "x" } })).toBe("app shop demo 1x");
  });

  test("keeps integers and floats of values apart from literals as Go does", () => {
    expect(render("{{ .Values.n }} {{ int .Values.n }} {{ 1000000 }}", { values: { n: 1_000_000 } })).toBe(
      "1e+06 1000000 1000000",
    );
  });

  test("names file, line and column of what failed", () => {
    const error = failure(() => render("first\n  {{ .Values.a.b.c }}\n"));
    expect(error).toMatchObject({
      code: "chart-template-failed",
      place: { file: "demo/templates/NOTES.txt", line: 2 },
    });
    expect(error.message).toContain("nil pointer evaluating interface {}.b");
  });

  test("ends with the chart's own words on fail and required", () => {
    expect(failure(() => render('{{ required "name it" .Values.name }}')).message).toBe(
      "execution error at (demo/templates/NOTES.txt:1:3): name it",
    );
  });

  test("gives the same secrets for the same seed, and others for another", () => {
    const secret = (seed: string) =>
      render("{{ randAlphaNum 20 }}{{ uuidv4 }}", { random: seededRandom(seed) });
    expect(secret("a")).toBe(secret("a"));
    expect(secret("a")).not.toBe(secret("b"));
  });

  test("asks for a look-up it wasn't given, and renders once it has it", () => {
    const text = '{{ (lookup "v1" "Secret" "shop" "db").data.password | b64dec }}';
    const asked = failure(() => render(text, { lookup: () => undefined }));
    expect(asked).toBeInstanceOf(NeedsLookup);
    expect((asked as unknown as NeedsLookup).key).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      namespace: "shop",
      name: "db",
    });
    expect(render(text, { lookup: () => ({ data: { password: "c2VjcmV0" } }) })).toBe("secret");
  });

  test("doesn't change the chart, so that rendering again gives the same", () => {
    const chart = chartOf({
      "templates/a.yaml": '{{ $_ := set .Values "count" (add1 .Values.count) }}count: {{ .Values.count }}',
      "values.yaml": "count: 1",
    });
    const once = () => printManifest(renderChart({ chart, release }));
    expect(once()).toBe(once());
  });

  test("sorts objects as Helm installs them and takes hooks out", () => {
    const object = (kind: string, extra = "") => `kind: ${kind}\nmetadata:\n  name: x${extra}\n`;
    const chart = chartOf({
      "templates/a.yaml": [object("Ingress"), object("Zebra"), object("Service"), object("Alpha")].join(
        "---\n",
      ),
      "templates/b.yaml": object("Namespace"),
      "templates/hook.yaml": object(
        "Job",
        '\n  annotations:\n    helm.sh/hook: pre-install\n    helm.sh/hook-weight: "-5"',
      ),
    });
    const rendered = renderChart({ chart, release });
    expect(rendered.manifests.map((one) => one.kind)).toEqual([
      "Namespace",
      "Service",
      "Ingress",
      "Alpha",
      "Zebra",
    ]);
    expect(rendered.hooks).toMatchObject([{ kind: "Job", events: ["pre-install"], weight: -5 }]);
  });

  test("names the file of a manifest that isn't YAML", () => {
    const chart = chartOf({ "templates/bad.yaml": "a: [1\nb: 2\n" });
    expect(failure(() => renderChart({ chart, release }))).toMatchObject({
      code: "chart-manifest-invalid",
      place: { file: "demo/templates/bad.yaml" },
    });
  });
});

describe("limits", () => {
  test.each([
    ["an include without end", '{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}'],
    ["a template without end", '{{ define "x" }}{{ template "x" . }}{{ end }}{{ template "x" . }}'],
    ["a tpl without end", "{{ tpl .Values.t . }}"],
    ["a loop that is too long", "{{ range 1000000000 }}{{ end }}"],
    ["text that is too long", '{{ repeat 1000000000 "x" }}'],
    ["a list that is too long", "{{ until 1000000000 }}"],
  ])("security case 7: %s ends with an error", (_name, text) => {
    const error = failure(() => render(text, { values: { t: "{{ tpl .Values.t . }}" } }));
    expect(["chart-limit", "chart-template-failed"]).toContain(error.code);
  });

  test("security case 11: templates reach neither files, environment nor prototypes", () => {
    expect(failure(() => render('{{ env "HOME" }}')).message).toContain('function "env" not defined');
    expect(failure(() => render("{{ .constructor.x }}")).message).toContain("nil pointer");
    expect(render('{{ .Files.Get "../../etc/passwd" }}{{ .Files.Get "/etc/passwd" }}')).toBe("");
    expect(render('{{ getHostByName "localhost" }}')).toBe("");
  });

  test.each([
    ["a pattern of stars", '{{ len (.Files.Glob "**a**a**a**a**a**a**a**a**b") }}', "0"],
    ["a pattern with nested repeats", '{{ regexMatch "^(a+)+$" (print (repeat 5000 "a") "b") }}', "false"],
    ["a long run of spaces", '{{ len (trim (print "x" (repeat 200000 " ") "x")) }}', "200002"],
    ["a schema's pattern with nested repeats", "{{ len .Values.text }}", "5001"],
  ])("security cases 8 and 10: %s takes linear time", (_name, text, expected) => {
    const chart = chartOf({
      "templates/NOTES.txt": text,
      [`files/${"a".repeat(2000)}`]: "",
      "values.schema.json": '{"properties": {"text": {"not": {"pattern": "^(a+)+$"}}}}',
    });
    expect(renderChart({ chart, release, values: { text: `${"a".repeat(5000)}b` } }).notes).toBe(expected);
  });

  test("security case 10: __proto__ in values is a key like any other", () => {
    const values: unknown = JSON.parse('{"__proto__": {"polluted": "yes"}, "constructor": 1}');
    expect(
      render('{{ index .Values "__proto__" "polluted" }}{{ .Values.constructor }}', {
        values: values as object,
      }),
    ).toBe("yes1");
    expect(render("{{ .Values.polluted }}", { defaults: "__proto__:\n  polluted: yes\n" })).toBe("");
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
