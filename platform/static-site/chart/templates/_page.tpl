{{- define "static-site.page" -}}
{{- $color := .Values.page.themeColor -}}
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="theme-color" content="{{ $color }}">
<title>{{ .Values.page.title | html }}</title>
<style>
:root { --accent: {{ $color }}; --ground: #ffffff; --ink: #14161c; --quiet: #5b6070; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --ground: #0e1016; --ink: #f2f3f7; --quiet: #a3a9ba; } }
* { box-sizing: border-box; margin: 0; }
html { height: 100%; }
body {
  min-height: 100%; display: grid; grid-template-rows: 1fr auto; place-items: center; padding: clamp(1.5rem, 6vw, 5rem);
  font: 1.125rem/1.65 ui-sans-serif, system-ui, -apple-system, "Segoe UI", sans-serif; color: var(--ink); background: var(--ground);
  background-image:
    radial-gradient(60rem 40rem at 85% -10%, color-mix(in srgb, var(--accent) 32%, transparent), transparent 70%),
    radial-gradient(40rem 30rem at -10% 110%, color-mix(in srgb, var(--accent) 18%, transparent), transparent 70%);
  background-attachment: fixed;
}
main { width: min(42rem, 100%); }
main::before { content: ""; display: block; width: 3.5rem; height: .375rem; border-radius: 99px; background: var(--accent); margin-bottom: 2rem; }
h1 { font-size: clamp(2.5rem, 8vw, 4.5rem); line-height: 1.05; letter-spacing: -.035em; font-weight: 750; text-wrap: balance; overflow-wrap: anywhere; }
p { margin-top: 1.5rem; color: var(--quiet); max-width: 36rem; text-wrap: pretty; overflow-wrap: anywhere; white-space: pre-line; }
footer { margin-top: 4rem; width: min(42rem, 100%); font-size: .875rem; color: var(--quiet); }
@media (prefers-reduced-motion: no-preference) {
  main { animation: rise .6s cubic-bezier(.2, .7, .2, 1) both; }
  @keyframes rise { from { opacity: 0; transform: translateY(1rem); } }
}
</style>
</head>
<body>
<main>
<h1>{{ .Values.page.title | html }}</h1>
{{- range regexSplit "\\n[ \\t]*\\n" (.Values.page.text | trim) -1 }}
{{- with trim . }}
<p>{{ . | html }}</p>
{{- end }}
{{- end }}
</main>
<footer>Served by {{ with .Values.catalyst }}{{ .environment | html }}{{ else }}Catalyst{{ end }}</footer>
</body>
</html>
{{- end }}
