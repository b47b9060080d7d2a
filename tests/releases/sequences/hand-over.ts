import type { Sequence } from "../sequence.ts";
import { configMap, deployment, hook, service } from "../templates.ts";

const files = {
  "templates/config.yaml": configMap("config", "{color: {{ .Values.color | quote }}}"),
  "templates/deployment.yaml": deployment,
  "templates/service.yaml": service,
  "templates/before.yaml": hook("before", "pre-install,pre-upgrade,pre-rollback", { kind: "Job" }),
  "templates/tests/asks.yaml": hook("asks", "test", { kind: "Pod" }),
  "templates/NOTES.txt": "{{ .Release.Name }} is {{ .Values.color }}.",
};
const chart = { version: "1.0.0", files };
const look = [
  ["history", "site", "--output", "json"],
  ["get", "hooks", "site"],
  ["get", "notes", "site"],
  ["get", "values", "site", "--output", "json"],
] as const;

/** Releases that helm and the reconciler take from each other. They need the helm program. */
export const handOverSequences: readonly Sequence[] = [
  {
    name: "what helm installed client-side is taken over, and gone back to",
    steps: [
      {
        title: "install by helm, then by the reconciler",
        chart,
        helm: [["install", "site", "CHART", "--server-side=false", "--set", "color=red", "--wait"]],
        spec: { values: { color: "blue" } },
      },
      { title: "look by helm", helm: [...look] },
      {
        title: "go back by helm, and the reconciler puts it right",
        helm: [["rollback", "site", "1", "--wait"], ...look],
      },
      {
        title: "upgrade by helm server-side, and the reconciler puts it right",
        helm: [
          [
            "upgrade",
            "site",
            "CHART",
            "--server-side=true",
            "--force-conflicts",
            "--set",
            "color=green",
            "--description",
            "by hand",
          ],
          ...look,
        ],
      },
      { title: "uninstall by the reconciler", deleted: true },
    ],
  },
  {
    name: "what the reconciler installed is used by helm",
    steps: [
      { title: "install by the reconciler", chart, spec: { values: { color: "red", replicas: 2 } } },
      { title: "test by helm", helm: [["test", "site"], ...look] },
      {
        title: "upgrade by helm and its values, and the reconciler puts it right",
        helm: [
          [
            "upgrade",
            "site",
            "CHART",
            "--reuse-values",
            "--set",
            "color=blue",
            "--history-max",
            "2",
            "--labels",
            "team=a",
          ],
          ...look,
        ],
      },
      {
        title: "upgrade by helm to what fails, which goes back by itself",
        helm: [
          [
            "upgrade",
            "site",
            "CHART",
            "--set",
            "color=white,replicas=-1",
            "--rollback-on-failure",
            "--timeout=20s",
          ],
          ...look,
        ],
      },
      {
        title: "uninstall by helm with its history, and the reconciler may not take the name",
        helm: [["uninstall", "site", "--keep-history"], ...look],
        isEndless: true,
      },
      {
        title: "go back by helm to the last, and the reconciler goes on",
        helm: [["rollback", "site", "0"], ...look],
      },
      {
        title: "uninstall by helm, and the reconciler installs it again",
        helm: [["uninstall", "site", "--no-hooks"]],
      },
    ],
  },
];
