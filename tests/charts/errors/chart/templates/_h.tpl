{{- define "errors.inner" -}}
before
{{ .a.b.c }}
{{- end }}
{{- define "errors.outer" }}{{ include "errors.inner" . }}{{ end }}
{{- define "errors.warn" }}{{ fail (printf "bad %s" .text) }}{{ end }}
{{- define "errors.loop" }}{{ include "errors.loop" . }}{{ end }}
