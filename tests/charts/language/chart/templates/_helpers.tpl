{{/* A comment over
two lines */}}
{{- define "language.name" -}}
{{- .Values.name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- define "language.labels" -}}
app: {{ include "language.name" . }}
release: {{ .Release.Name | quote }}
{{- end }}
{{ define "language.nested" }}{{ template "language.name" . }}+{{ block "language.block" .Values.words }}{{ range . }}{{ . }};{{ end }}{{ end }}{{ end }}
{{- define "language.vars" -}}{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $y := 5 }}{{ end }}{{ $x }}{{- end }}
