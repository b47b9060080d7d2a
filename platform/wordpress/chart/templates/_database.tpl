{{- define "wordpress.databaseSecret" -}}
{{- $db := (.Values.dependencies).db -}}
{{- ($db).connectionSecret | default (printf "%s-db-connection" .Release.Name) -}}
{{- end }}

{{/* Each WordPress has its own tables, since several may share one database. */}}
{{- define "wordpress.tablePrefix" -}}
{{- printf "wp_%s_" (.Release.Name | replace "-" "_") -}}
{{- end }}
