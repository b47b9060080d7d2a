{{- define "starter.selectorLabels" -}}
app.kubernetes.io/name: starter
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "starter.labels" -}}
{{ include "starter.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: web
app.kubernetes.io/part-of: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.catalyst }}
{{- with .sovereign }}
openova.io/sovereign: {{ . | quote }}
{{- end }}
{{- with .organization }}
openova.io/organization: {{ . | quote }}
{{- end }}
{{- with .environment }}
openova.io/environment: {{ . | quote }}
{{- end }}
{{- with .application }}
openova.io/application: {{ . | quote }}
{{- end }}
{{- end }}
openova.io/blueprint: {{ .Chart.Name }}
openova.io/blueprint-version: {{ .Chart.Version | replace "+" "_" | quote }}
{{- end }}
