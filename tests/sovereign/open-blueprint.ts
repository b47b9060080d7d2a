import type { Edits } from "./releases.ts";

/** The values of a chart as their authors comment them, in four ways; one is secret by its name. */
const values = `page:
  # -- The headline of the page
  title: It works
  # An empty line begins a new paragraph.
  text: This page came from a commit.
  ## @param page.themeColor [string] Six hexadecimal digits
  themeColor: "#4f46e5"

# @schema
# enum: [quiet, loud]
# @schema
# -- How it speaks
tone: quiet
# -- Pages of a list
pages: 3 # @schema minimum:1;maximum:9
shouting: false
auth:
  password: ""
  existingSecret: ""

ingress:
  hostname: ""
  defaultHost: static-site.localhost
  className: ""
  annotations: {}
`;

/** Makes the static site a Blueprint that has no config schema: its config is the chart's values. */
export const withoutSchema: Edits = {
  "blueprint.yaml": (text) =>
    text
      .replace(/^ {2}configSchema:\n(?: {4}.*\n)+/m, "")
      .replace(/^ {4}- path: (?:page|ingress\.hostname).*\n {6}config: .*\n/gm, "")
      .replace(
        /^ {2}observability:/m,
        "  sizes:\n    small: {}\n    large: { pages: 7 }\n  defaultSize: small\n$&",
      ),
  "chart/values.yaml": () => values,
  "chart/values.schema.json": () => '{"properties": {"shouting": {"title": "Shout"}}}',
  "chart/templates/configmap.yaml": (text) =>
    `${text}  tone: {{ .Values.tone | quote }}\n  pages: {{ .Values.pages | quote }}\n`,
};

/** A chart that renders at once, and whose values can't be followed: a definition that calls itself twice, and is never used. */
export const hostile: Edits = {
  ...withoutSchema,
  "chart/templates/_labels.tpl": (text) =>
    `${text}\n{{- define "hostile" }}{{ include "hostile" .a }}{{ include "hostile" .b }}{{ end }}
{{- define "never" }}{{ include "hostile" .Values }}{{ end }}\n`,
  "chart/templates/configmap.yaml": (text) => `${text}{{- if false }}{{ include "never" . }}{{ end }}\n`,
};
