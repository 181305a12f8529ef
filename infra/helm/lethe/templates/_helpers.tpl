{{- define "lethe.name" -}}
{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- end }}

{{/* Labels that select the pods of a part: `dict "top" $ "part" "api"`. */}}
{{- define "lethe.selector" -}}
app.kubernetes.io/name: lethe
app.kubernetes.io/instance: {{ .top.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "lethe.labels" -}}
{{ include "lethe.selector" . }}
app.kubernetes.io/version: {{ .top.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .top.Release.Service }}
helm.sh/chart: {{ .top.Chart.Name }}-{{ .top.Chart.Version }}
{{- end }}

{{- define "lethe.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{/* A pod of a part: `dict "top" $ "part" "api" "values" .Values.api "command" (list "api") "port" 7070`. */}}
{{- define "lethe.pod" -}}
metadata:
  labels: {{- include "lethe.labels" . | nindent 4 }}
  {{- with .values.podAnnotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "lethe.name" .top }}-{{ .part }}
  # What IRSA needs is projected by its own webhook.
  automountServiceAccountToken: false
  enableServiceLinks: false
  # Five seconds until no balancer sends requests, and the 30 within which the process ends.
  terminationGracePeriodSeconds: 40
  securityContext:
    runAsNonRoot: true
    runAsUser: 1000
    runAsGroup: 1000
    fsGroup: 1000
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: { type: RuntimeDefault }
  {{- with .top.Values.imagePullSecrets }}
  imagePullSecrets: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .top.Values.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .top.Values.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels: {{- include "lethe.selector" . | nindent 10 }}
  containers:
    - name: {{ .part }}
      image: {{ include "lethe.image" .top }}
      imagePullPolicy: {{ .top.Values.image.pullPolicy }}
      args: {{ toJson .command }}
      envFrom:
        - secretRef: { name: {{ .top.Values.existingSecret }} }
      {{- with .top.Values.environment }}
      env:
        {{- range $name, $value := . }}
        - { name: {{ $name }}, value: {{ $value | quote }} }
        {{- end }}
      {{- end }}
      ports:
        - { name: http, containerPort: {{ .port }} }
      startupProbe:
        httpGet: { path: /health/live, port: http }
        periodSeconds: 2
        # Migrations, the restore guard and new views come before the first answer.
        failureThreshold: 300
      livenessProbe:
        httpGet: { path: /health/live, port: http }
        periodSeconds: 10
        timeoutSeconds: 5
      readinessProbe:
        httpGet: { path: /health/ready, port: http }
        periodSeconds: 5
        timeoutSeconds: 5
      lifecycle:
        preStop:
          sleep: { seconds: 5 }
      resources: {{- toYaml .values.resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      volumeMounts:
        - { name: data, mountPath: /var/lib/lethe/data }
        - { name: keystore, mountPath: /var/lib/lethe/keystore }
        - { name: tmp, mountPath: /tmp }
        {{- if .top.Values.existingFiles }}
        - { name: files, mountPath: /etc/lethe, readOnly: true }
        {{- end }}
  volumes:
    - name: data
      persistentVolumeClaim: { claimName: {{ .top.Values.storage.dataClaim }} }
    - name: keystore
      persistentVolumeClaim: { claimName: {{ .top.Values.storage.keystoreClaim }} }
    - name: tmp
      emptyDir: { medium: Memory, sizeLimit: 64Mi }
    {{- if .top.Values.existingFiles }}
    - name: files
      configMap: { name: {{ .top.Values.existingFiles }} }
    {{- end }}
{{- end }}
