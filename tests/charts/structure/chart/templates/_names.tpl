{{- define "shared.name" }}top{{ end }}
