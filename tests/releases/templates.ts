/** Templates of which the sequences' charts are made. */

/** A ConfigMap with the annotations and data given, as YAML in one line each. */
export function configMap(name: string, data = "{}", annotations = "{}"): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  annotations: ${annotations}
data: ${data}
`;
}

export interface HookOptions {
  readonly kind?: "ConfigMap" | "Job" | "Pod";
  readonly weight?: number;
  readonly policy?: string;
  /** How it ends; for a ConfigMap it has no meaning. */
  readonly outcome?: string;
}

/** A hook: a ConfigMap, or a Job or a Pod that ends as `outcome` says. */
export function hook(name: string, events: string, options: HookOptions = {}): string {
  const { kind = "ConfigMap", weight, policy, outcome = "good" } = options;
  const annotations = [
    `helm.sh/hook: "${events}"`,
    ...(weight === undefined ? [] : [`helm.sh/hook-weight: "${weight}"`]),
    ...(policy === undefined ? [] : [`helm.sh/hook-delete-policy: "${policy}"`]),
  ].join(", ");
  const pod = "{restartPolicy: Never, containers: [{name: main, image: registry.test/main:1}]}";
  const specs = {
    ConfigMap: "data: {revision: {{ .Release.Revision | quote }}}",
    Job: `spec: {backoffLimit: 0, template: {spec: ${pod}}}`,
    Pod: `spec: ${pod}`,
  };
  return `apiVersion: ${kind === "Job" ? "batch/v1" : "v1"}
kind: ${kind}
metadata:
  name: ${name}
  labels: {outcome: ${outcome}}
  annotations: {${annotations}}
${specs[kind]}
`;
}

/** A Deployment of two containers whose image, replicas and variables are values. */
export const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: site
  labels: {outcome: good}
spec:
  {{- with .Values.replicas }}
  replicas: {{ . }}
  {{- end }}
  selector: {matchLabels: {app: site}}
  template:
    metadata: {labels: {app: site}}
    spec:
      containers:
        - name: main
          image: registry.test/main:{{ .Values.tag | default "1" }}
          {{- with .Values.variables }}
          env:
            {{- range $name, $value := . }}
            - name: {{ $name }}
              value: {{ $value | quote }}
            {{- end }}
          {{- end }}
        {{- if not .Values.alone }}
        - name: beside
          image: registry.test/beside:1
        {{- end }}
`;

export const service = `apiVersion: v1
kind: Service
metadata: {name: site}
spec:
  selector: {app: site}
  ports:
    - {name: http, port: {{ .Values.port | default 80 }}}
    {{- if .Values.secure }}
    - {name: https, port: 443}
    {{- end }}
`;

/** A definition of a kind of the charts' own, with a field more per version. */
export function definition(fields: readonly string[]): string {
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: tills.releases.example.com}
spec:
  group: releases.example.com
  scope: Namespaced
  names: {kind: Till, listKind: TillList, plural: tills, singular: till}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties: {${fields.map((field) => `${field}: {type: integer}`).join(", ")}}
`;
}

export const till = `apiVersion: releases.example.com/v1
kind: Till
metadata: {name: site}
spec: {drawers: {{ .Values.drawers | default 1 }}{{ if .Values.coins }}, coins: {{ .Values.coins }}{{ end }}}
`;
