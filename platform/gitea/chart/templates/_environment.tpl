{{/* Where people reach it; Gitea writes it into links. */}}
{{- define "gitea.url" -}}
{{- if .Values.ingress.hostname -}}
http://{{ .Values.ingress.hostname }}/
{{- else -}}
{{ .Values.ingress.defaultUrl | trimSuffix "/" }}/
{{- end -}}
{{- end }}

{{/* Gitea writes GITEA__section__KEY into its configuration file, which lies on the volume. */}}
{{- define "gitea.environment" -}}
{{- $secret := .Values.connectionSecret | default (printf "%s-connection" .Release.Name) -}}
- name: GITEA_APP_INI
  value: /var/lib/gitea/custom/conf/app.ini
- name: GITEA____APP_NAME
  value: {{ .Values.title | quote }}
- name: GITEA__server__ROOT_URL
  value: {{ include "gitea.url" . | quote }}
- name: GITEA__server__DISABLE_SSH
  value: "true"
- name: GITEA__server__OFFLINE_MODE
  value: "true"
- name: GITEA__database__DB_TYPE
  value: sqlite3
- name: GITEA__database__PATH
  value: /var/lib/gitea/data/gitea.db
- name: GITEA__security__INSTALL_LOCK
  value: "true"
- name: GITEA__security__SECRET_KEY
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: secretKey
- name: GITEA__service__DISABLE_REGISTRATION
  value: {{ not .Values.registration | quote }}
- name: ADMIN_USERNAME
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: username
- name: ADMIN_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .Values.administrator.secret | default $secret }}
      key: {{ .Values.administrator.key | default "password" }}
{{- end }}
