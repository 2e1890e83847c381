{{- define "sandmill.name" -}}
{{- printf "%s-%s" .root.Release.Name .component | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "sandmill.selector" -}}
app.kubernetes.io/name: sandmill
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "sandmill.labels" -}}
{{ include "sandmill.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end -}}

{{- define "sandmill.metadata" -}}
metadata:
  name: {{ include "sandmill.name" . }}
  labels: {{- include "sandmill.labels" . | nindent 4 }}
{{- end -}}

{{- define "sandmill.securityContext" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{/* A probe of a path, or of the port alone where kubelet would have to show a certificate. */}}
{{- define "sandmill.probe" -}}
{{- if .root.Values.tls.clientCaSecret }}
tcpSocket: { port: http }
{{- else }}
httpGet: { path: {{ .path }}, port: http, scheme: {{ ternary "HTTPS" "HTTP" (ne .root.Values.tls.existingSecret "") }} }
{{- end }}
{{- end -}}

{{- define "sandmill.podSettings" -}}
serviceAccountName: {{ .root.Release.Name }}-sandmill
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .root.Values.topologySpread }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "sandmill.selector" . | nindent 8 }}
{{- end }}
{{- end -}}

{{- define "sandmill.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{/* The service itself. root, component, roles, resources. */}}
{{- define "sandmill.container" -}}
- name: sandmill
  image: "{{ .root.Values.image.repository }}:{{ .root.Values.image.tag }}"
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  securityContext: {{- include "sandmill.securityContext" . | nindent 4 }}
  ports:
    - { name: http, containerPort: 8080 }
  env:
    - { name: SANDMILL_HOME, value: /var/lib/sandmill }
    - { name: SANDMILL_BIND, value: 0.0.0.0 }
    - { name: SANDMILL_ROLES, value: {{ .roles | quote }} }
    - name: SANDMILL_INSTANCE
      valueFrom: { fieldRef: { fieldPath: metadata.name } }
    - name: REDIS_URL
      valueFrom: { secretKeyRef: { name: {{ .root.Values.redis.existingSecret }}, key: url } }
    {{- if .root.Values.redis.caSecret }}
    - { name: SANDMILL_REDIS_CA, value: /run/secrets/redis-ca/ca.crt }
    {{- end }}
    {{- if .root.Values.tls.existingSecret }}
    - { name: SANDMILL_TLS_CERTIFICATE, value: /run/secrets/tls/tls.crt }
    - { name: SANDMILL_TLS_KEY, value: /run/secrets/tls/tls.key }
    {{- end }}
    {{- if .root.Values.tls.clientCaSecret }}
    - { name: SANDMILL_TLS_CLIENT_CA, value: /run/secrets/tls-client-ca/ca.crt }
    {{- end }}
    {{- if .root.Values.tracing.endpoint }}
    - { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ .root.Values.tracing.endpoint | quote }} }
    {{- end }}
    {{- if .dockerHost }}
    - { name: DOCKER_HOST, value: {{ .dockerHost | quote }} }
    - { name: SANDMILL_IMAGE_TAG, value: {{ .root.Values.languages.tag | quote }} }
    {{- end }}
    {{- range $name, $value := .root.Values.settings }}
    - { name: {{ $name }}, value: {{ $value | quote }} }
    {{- end }}
  startupProbe: {{- include "sandmill.probe" (dict "root" .root "path" "/livez") | nindent 4 }}
    periodSeconds: 2
    failureThreshold: 60
  livenessProbe: {{- include "sandmill.probe" (dict "root" .root "path" "/livez") | nindent 4 }}
    periodSeconds: 10
    timeoutSeconds: 5
  readinessProbe: {{- include "sandmill.probe" (dict "root" .root "path" "/readyz") | nindent 4 }}
    periodSeconds: 5
    timeoutSeconds: 5
  lifecycle:
    preStop: { sleep: { seconds: 5 } }
  resources: {{- toYaml .resources | nindent 4 }}
  volumeMounts:
    - { name: home, mountPath: /var/lib/sandmill }
    - { name: tmp, mountPath: /tmp }
    - { name: admin-key, mountPath: /var/lib/sandmill/admin.key, subPath: admin.key, readOnly: true }
    {{- if .root.Values.redis.caSecret }}
    - { name: redis-ca, mountPath: /run/secrets/redis-ca, readOnly: true }
    {{- end }}
    {{- if .root.Values.tls.existingSecret }}
    - { name: tls, mountPath: /run/secrets/tls, readOnly: true }
    {{- end }}
    {{- if .root.Values.tls.clientCaSecret }}
    - { name: tls-client-ca, mountPath: /run/secrets/tls-client-ca, readOnly: true }
    {{- end }}
    {{- if eq (default "" .dockerHost) "unix:///run/docker/docker.sock" }}
    - { name: docker-socket, mountPath: /run/docker }
    {{- end }}
{{- end -}}

{{- define "sandmill.volumes" -}}
- { name: tmp, emptyDir: { sizeLimit: 1Gi } }
- { name: admin-key, secret: { secretName: {{ .root.Values.adminKey.existingSecret }}, defaultMode: 0440, items: [{ key: admin.key, path: admin.key }] } }
{{- if .root.Values.redis.caSecret }}
- { name: redis-ca, secret: { secretName: {{ .root.Values.redis.caSecret }}, defaultMode: 0440 } }
{{- end }}
{{- if .root.Values.tls.existingSecret }}
- { name: tls, secret: { secretName: {{ .root.Values.tls.existingSecret }}, defaultMode: 0440 } }
{{- end }}
{{- if .root.Values.tls.clientCaSecret }}
- { name: tls-client-ca, secret: { secretName: {{ .root.Values.tls.clientCaSecret }}, defaultMode: 0440 } }
{{- end }}
{{- end -}}
