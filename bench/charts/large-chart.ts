import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What cilium's chart has: templates, of which few give an object by default, and long values with a schema. */
const size = { components: 148, enabled: 25, settings: 30 };

/** Writes a chart of cilium's size below the temporary folder and gives its path. */
export function writeLargeChart(): string {
  const folder = mkdtempSync(join(tmpdir(), "bench-chart-"));
  const names = Array.from({ length: size.components }, (_, index) => `component-${index}`);
  mkdirSync(join(folder, "templates"));
  writeFileSync(
    join(folder, "Chart.yaml"),
    "apiVersion: v2\nname: large\nversion: 1.0.0\nappVersion: 1.2.3\n",
  );
  writeFileSync(join(folder, "templates/_helpers.tpl"), helpers);
  writeFileSync(join(folder, "values.yaml"), names.map(values).join(""));
  writeFileSync(join(folder, "values.schema.json"), JSON.stringify(schema(names), null, 2));
  for (const name of names) writeFileSync(join(folder, `templates/${name}.yaml`), template(name));
  return folder;
}

const helpers = `{{- define "large.name" -}}
{{- printf "%s-%s" .root.Release.Name .name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- define "large.labels" -}}
app.kubernetes.io/name: {{ .name | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- with .labels }}
{{ toYaml . }}
{{- end }}
{{- end }}
`;

function template(name: string): string {
  const optional = ["nodeSelector", "affinity", "tolerations", "securityContext", "topologySpreadConstraints"]
    .map(
      (key) =>
        `      {{- with $values.${key} }}\n      ${key}:\n        {{- toYaml . | nindent 8 }}\n      {{- end }}\n`,
    )
    .join("");
  const branches = Array.from(
    { length: size.settings },
    (_, index) =>
      `  {{- if and $values.settings.option${index} (ne $values.settings.option${index} "off") }}\n  option-${index}: {{ tpl (toString $values.settings.option${index}) $ | quote }}\n  {{- else }}\n  option-${index}: "false"\n  {{- end }}\n`,
  ).join("");
  return `{{- $values := index .Values "${name}" }}
{{- if $values.enabled }}
{{- $scope := dict "root" $ "name" "${name}" "labels" $values.labels }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "large.name" $scope }}
  labels:
    {{- include "large.labels" $scope | nindent 4 }}
data:
${branches}---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "large.name" $scope }}
  labels:
    {{- include "large.labels" $scope | nindent 4 }}
spec:
  replicas: {{ $values.replicas | int }}
  selector:
    matchLabels:
      app.kubernetes.io/name: {{ $scope.name | quote }}
  template:
    metadata:
      annotations:
        checksum/settings: {{ $values.settings | toJson | sha256sum }}
      labels:
        {{- include "large.labels" $scope | nindent 8 }}
    spec:
${optional}      containers:
      - name: main
        image: "{{ $values.image.repository }}:{{ $values.image.tag | default .Chart.AppVersion }}"
        resources:
          {{- toYaml $values.resources | nindent 10 }}
        ports:
        {{- range $port, $number := $values.ports }}
        - name: {{ $port }}
          containerPort: {{ $number }}
        {{- end }}
{{- end }}
`;
}

function values(name: string, index: number): string {
  const isOn = index % Math.floor(size.components / size.enabled) === 0;
  const settings = Array.from(
    { length: size.settings },
    (_, option) =>
      `    # -- What option ${option} of ${name} is.\n    option${option}: ${option % 3 === 0 ? '"off"' : `value-${option}`}\n`,
  ).join("");
  return `# -- Settings of ${name}.
${name}:
  enabled: ${isOn}
  replicas: 2
  image:
    repository: registry.example/${name}
    tag: ""
  labels: {team: platform}
  nodeSelector: {}
  affinity: {}
  tolerations: []
  securityContext: {runAsNonRoot: true}
  topologySpreadConstraints: []
  resources:
    requests: {cpu: 100m, memory: 128Mi}
  ports:
    http: 8080
    metrics: 9090
  settings:
${settings}`;
}

function schema(names: readonly string[]): object {
  const options = Array.from({ length: size.settings }, (_, index) => [
    `option${index}`,
    { type: ["string", "boolean"] },
  ]);
  const component = {
    type: "object",
    properties: {
      enabled: { type: "boolean" },
      replicas: { type: "integer", minimum: 0 },
      image: { type: "object", properties: { repository: { type: "string" }, tag: { type: "string" } } },
      labels: { type: "object" },
      tolerations: { type: "array" },
      ports: { type: "object", additionalProperties: { type: "integer" } },
      settings: { type: "object", properties: Object.fromEntries(options) },
    },
  };
  return { type: "object", properties: Object.fromEntries(names.map((name) => [name, component])) };
}
