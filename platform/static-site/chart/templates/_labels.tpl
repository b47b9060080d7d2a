{{- define "static-site.selectorLabels" -}}
app.kubernetes.io/name: static-site
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "static-site.labels" -}}
{{ include "static-site.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: site
app.kubernetes.io/part-of: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.catalyst }}
openova.io/sovereign: {{ .sovereign }}
openova.io/organization: {{ .organization }}
openova.io/environment: {{ .environment }}
openova.io/application: {{ .application }}
{{- end }}
openova.io/blueprint: {{ .Chart.Name }}
openova.io/blueprint-version: {{ .Chart.Version | replace "+" "_" | quote }}
{{- end }}
