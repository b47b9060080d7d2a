/** The files of a kustomization that renders charts, by their paths. */
export type Files = Readonly<Record<string, string>>;

export const chartYaml = `apiVersion: v2
name: web
version: 1.2.0
appVersion: '3'
`;

/** Values that YAML's versions read differently are among them. */
const values = `# What runs.
image: {name: web, tag: 1.10}
replicas: 2
debug: no
ports:
- 80
- 443
labels:
  tier: front
  gone:
empty: {}
`;

/** One object has no namespace, the other says the release's. */
export const template = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
  labels: {{ toYaml .Values.labels | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: "{{ .Values.image.name }}:{{ .Values.image.tag }}"
        envFrom:
        - configMapRef: {name: settings}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-values
  namespace: {{ .Release.Namespace }}
data:
  values: {{ .Values | toJson | quote }}
  kube: {{ .Capabilities.KubeVersion.Version }}
  has: {{ .Capabilities.APIVersions.Has "example.com/v1" | quote }}
`;

export const hooks = `apiVersion: v1
kind: Pod
metadata:
  name: test
  annotations: {"helm.sh/hook": test}
---
apiVersion: v1
kind: Pod
metadata:
  name: before
  annotations: {"helm.sh/hook": pre-install}
`;

export const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec: {group: example.com, names: {kind: Thing, plural: things}, scope: Cluster, versions: []}
`;

export const configMap = (name: string, more = "") =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}${more}}\n`;

/** A chart's files at a folder, with others over them; the empty text leaves one out. */
export function chart(folder: string, more: Files = {}): Files {
  const own = { "Chart.yaml": chartYaml, "values.yaml": values, "templates/web.yaml": template, ...more };
  const kept = Object.entries(own).filter(([, text]) => text !== "");
  return Object.fromEntries(kept.map(([path, text]) => [`${folder}/${path}`, text]));
}

/** A kustomization that lists the chart web beside it. */
export const web = (kustomization: string, more: Files = {}, others: Files = {}): Files => ({
  "kustomization.yaml": kustomization,
  ...chart("charts/web", more),
  ...others,
});
