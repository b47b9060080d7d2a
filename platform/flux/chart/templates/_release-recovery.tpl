{{/* A CronJob's name has at most 52 characters, which leaves 35 of the release's. */}}
{{- define "flux.recovery.name" -}}
{{ .Release.Name | trunc 35 | trimSuffix "-" }}-release-recovery
{{- end }}

{{/* What stands in no namespace is told apart by the one it serves. */}}
{{- define "flux.recovery.clusterName" -}}
{{ .Release.Namespace }}-{{ include "flux.recovery.name" . }}
{{- end }}

{{- define "flux.recovery.selectorLabels" -}}
app.kubernetes.io/name: release-recovery
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "flux.recovery.labels" -}}
{{ include "flux.recovery.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.stuckHelmReleaseRecovery.image.tag | quote }}
app.kubernetes.io/component: recovery
app.kubernetes.io/part-of: flux
app.kubernetes.io/managed-by: {{ .Release.Service }}
openova.io/blueprint: {{ .Chart.Name }}
openova.io/blueprint-version: {{ .Chart.Version | replace "+" "_" | quote }}
{{- end }}

{{- define "flux.recovery.image" -}}
{{- with .Values.stuckHelmReleaseRecovery.image -}}
{{ .registry }}/{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag }}{{ end }}
{{- end -}}
{{- end }}
