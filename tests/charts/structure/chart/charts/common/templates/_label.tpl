{{ define "common.label" }}from-{{ .Chart.Name }}{{ end }}
