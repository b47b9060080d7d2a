import type { Sequence } from "../sequence.ts";
import { configMap, hook } from "../templates.ts";

const files = {
  "templates/config.yaml": configMap("config-{{ .Release.Name }}", "{color: {{ .Values.color | quote }}}"),
  "templates/after.yaml": hook("after", "post-delete"),
};
const named = (name: string, version: string) => ({
  version,
  files: { ...files, "Chart.yaml": `apiVersion: v2\nname: ${name}\nversion: ${version}\n` },
});

/** A HelmRelease that comes to mean another release than the one it made. */
export const movingSequences: readonly Sequence[] = [
  {
    name: "moved",
    steps: [
      { title: "install", chart: { version: "1.0.0", files }, spec: { values: { color: "red" } } },
      { title: "another name", spec: { releaseName: "other" } },
      { title: "records elsewhere", spec: { storageNamespace: "flux-system" } },
      {
        title: "records back, and other values",
        spec: { storageNamespace: "site", values: { color: "blue" } },
      },
      { title: "a chart of another name", chart: named("page", "1.1.0") },
      {
        title: "a chart of another name, which stays the same release",
        chart: named("book", "1.2.0"),
        spec: { upgrade: { chartNameChangeStrategy: "InPlaceUpdate" } },
      },
      { title: "uninstall", deleted: true },
    ],
  },
  {
    name: "moved-in-vain",
    steps: [
      {
        title: "install",
        chart: {
          version: "1.0.0",
          files: { ...files, "templates/before.yaml": hook("Not_A_Name", "pre-delete") },
        },
        spec: { values: { color: "red" } },
      },
      { title: "another name, but the release can't go", spec: { releaseName: "other" }, isEndless: true },
    ],
  },
];
