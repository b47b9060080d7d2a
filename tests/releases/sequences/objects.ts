import type { Sequence } from "../sequence.ts";
import { configMap, deployment, hook } from "../templates.ts";

const config = { "templates/config.yaml": configMap("config", "{color: {{ .Values.color | quote }}}") };
const labelled = `apiVersion: v1
kind: ConfigMap
metadata:
  name: labelled
  labels: {team: chart, of: chart, number: "1"}
  annotations: {note: chart, of: chart}
data: {color: {{ .Values.color | quote }}}
`;
const list = `apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: listed}, data: {color: {{ .Values.color | quote }}}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: listed-too}}
`;

const own = "helm.toolkit.fluxcd.io/name";

type Odd = readonly (readonly [what: string, object: string])[];

/** Objects that say of which kind they are in other words than those that are served. */
const oddKinds: Odd = [
  ["a version above all", 'apiVersion: ".."\nkind: ConfigMap\nmetadata: {name: odd}\n'],
  ["a version with a query", 'apiVersion: "v1?as=Table"\nkind: ConfigMap\nmetadata: {name: odd}\n'],
  ["a version of three parts", "apiVersion: a/b/c\nkind: ConfigMap\nmetadata: {name: odd}\n"],
  ["a kind with a slash", "apiVersion: v1\nkind: a/b\nmetadata: {name: odd}\n"],
  ["a kind above all", 'apiVersion: v1\nkind: ".."\nmetadata: {name: odd}\n'],
  ["no kind", "apiVersion: v1\nmetadata: {name: odd}\n"],
  ["no version", "kind: ConfigMap\nmetadata: {name: odd}\n"],
];

/** Names that would lead elsewhere as parts of a path. */
const oddPaths: Odd = [
  ["a name above all", 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ".."}\n'],
  ["a name with a slash", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a/b}\n"],
  ["a name with a percent sign", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a%2fb}\n"],
  ["a namespace above all", 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd, namespace: ".."}\n'],
  ["a namespace with a slash", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd, namespace: a/b}\n"],
];

/** Names that are none. */
const oddNames: Odd = [
  ["a number for a label", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd, labels: {a: 1}}\n"],
  ["a name of the server's own", "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: odd-}\n"],
  ["no name", "apiVersion: v1\nkind: ConfigMap\nmetadata: {labels: {a: b}}\n"],
  ["two names", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd, generateName: odd-}\n"],
];

/** Lists are taken apart before kinds are sorted. */
const mixedList = `apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Service, metadata: {name: listed}, spec: {ports: [{port: 80}]}}
  - {apiVersion: v1, kind: ServiceAccount, metadata: {name: listed}}
`;
const configMapList = `apiVersion: v1
kind: ConfigMapList
items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: of-its-own-list}}
`;

/** What YAML's versions read differently, in an object that may hold anything. */
const scalars = `apiVersion: apps/v1
kind: ControllerRevision
metadata: {name: scalars}
revision: 010
data:
  values: [yes, on, n, y, Off, TRUE, 010, 0o17, 0x1F, 0b11, 1.10, 1e3, 1_000, 1:20, 2001-02-03, ~, Null, .5, 5., +1, -0]
  large: 12345678901234567890
  quoted: ["yes", "010", '1.10', "2001-02-03", ""]
  yes: yes
  on: on
  n: n
  folded: >
    one
    two
  kept: |+
    one

`;

const unreadable: Odd = [
  ["a manifest that is no YAML", "a: [\n"],
  ["a manifest that is a text", "text\n"],
  ["two objects of one name", `${configMap("same")}---\n${configMap("same")}`],
  ["an object and a hook of one name", `${configMap("same")}---\n${hook("same", "post-upgrade")}`],
  ["two objects of one name in two groups", `${role("a.example/v1")}---\n${role("b.example/v1")}`],
];

function role(apiVersion: string): string {
  return `apiVersion: ${apiVersion}\nkind: Role\nmetadata: {name: same}\n`;
}

/** Tries to install each of them, or to upgrade to it. */
function refusedEach(odd: Odd, action: "install" | "upgrade to"): Sequence["steps"] {
  return odd.map(([what, object], index) => ({
    title: `${action} ${what}`,
    isEndless: true,
    chart: { version: `1.1.${index}`, files: { ...config, "templates/odd.yaml": object } },
    spec: { values: { color: String(index) } },
  }));
}

/** One is a hook and an object of the chart, which is refused where the two are rendered together. */
const hooksToo = {
  "templates/both.yaml": `${hook("both", "pre-install,pre-upgrade")}---\n${configMap("both", "{is: object}")}`,
  "templates/hook.yaml": `${hook("first", "pre-install,pre-upgrade", { weight: 2 })}---\n${hook("second", "pre-install,pre-upgrade", { weight: 1, kind: "Job" })}`,
  "templates/object.yaml": `${configMap("object", "{strategy: {{ .Values.strategy }}}")}---\n${hook("third", "post-upgrade")}`,
};
const addLabel = "apiVersion: any\nkind: any\nmetadata: {name: any, labels: {patched: 'yes'}}\n";

/** What becomes of objects on their way from a chart into the cluster: what Flux adds, and what can't be one. */
export const objectSequences: readonly Sequence[] = [
  {
    name: "common-metadata",
    steps: [
      {
        title: "install",
        chart: {
          version: "1.0.0",
          files: {
            ...config,
            "templates/labelled.yaml": labelled,
            "templates/list.yaml": list,
            "templates/hook.yaml": hook("before", "pre-install,pre-upgrade", { weight: 1 }),
          },
        },
        spec: {
          values: { color: "red" },
          commonMetadata: {
            labels: { team: "flux", [own]: "another", "app.kubernetes.io/managed-by": "flux" },
            annotations: { note: "flux", "meta.helm.sh/release-name": "another" },
          },
        },
      },
      { title: "other labels alone", spec: { commonMetadata: { labels: { team: "other" } } } },
      { title: "the same again", spec: { timeout: "41s" } },
      { title: "an annotation alone", spec: { commonMetadata: { annotations: { note: "other" } } } },
      { title: "labels that are none", spec: { commonMetadata: { labels: {}, annotations: {} } } },
      { title: "none", spec: { commonMetadata: undefined } },
      { title: "uninstall", deleted: true },
    ],
  },
  {
    name: "post-renderers",
    steps: [
      {
        title: "install",
        chart: {
          version: "1.0.0",
          files: {
            ...config,
            "templates/labelled.yaml": labelled,
            "templates/list.yaml": list,
            "templates/two.yaml": `${configMap("second")}---\n# nothing\n---\n${configMap("first", "{on: 'yes'}")}`,
            "templates/none.yaml": "{{/* nothing */}}\n",
            "templates/_helpers.tpl": "{{ define `a` }}b{{ end }}\n",
            "templates/hook.yaml": hook("before", "pre-install,pre-upgrade", { weight: 1 }),
            "templates/site.yaml": deployment,
          },
        },
        spec: {
          values: { color: "red" },
          commonMetadata: { labels: { team: "flux" } },
          postRenderers: [
            {
              kustomize: {
                patches: [
                  { patch: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: first}\ndata: {more: <&>}\n" },
                  {
                    patch: JSON.stringify([{ op: "add", path: "/metadata/labels/patched", value: "yes" }]),
                    target: { kind: "ConfigMap", name: "labelled|before" },
                  },
                  {
                    patch: "$patch: delete\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: listed-too}\n",
                  },
                ],
                images: [{ name: "registry.test/main", newName: "registry.test/other", newTag: "2" }],
              },
            },
            { kustomize: { images: [{ name: "registry.test/other", digest: `sha256:${"a".repeat(64)}` }] } },
            {},
          ],
        },
      },
      { title: "the same again", spec: { timeout: "41s" } },
      {
        title: "another patch alone",
        spec: {
          postRenderers: [
            {
              kustomize: {
                patches: [
                  {
                    patch:
                      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: any\n  annotations: {postrenderer.helm.sh/postrender-filename: null}\n",
                    target: { labelSelector: "of=chart" },
                  },
                ],
              },
            },
          ],
        },
      },
      { title: "an empty list", spec: { postRenderers: [] } },
      { title: "none", spec: { postRenderers: undefined } },
      { title: "uninstall", deleted: true },
    ],
  },
  {
    name: "post-rendered-hooks",
    steps: (["nohooks", "separate"] as const).map((postRenderStrategy, index) => ({
      title: postRenderStrategy,
      ...(index > 0 ? {} : { chart: { version: "1.0.0", files: hooksToo } }),
      spec: {
        values: { strategy: postRenderStrategy },
        postRenderStrategy,
        postRenderers: [{ kustomize: { patches: [{ patch: addLabel, target: { kind: "ConfigMap|Job" } }] } }],
      },
    })),
  },
  {
    name: "written-anew",
    steps: [
      {
        title: "install",
        chart: {
          version: "1.0.0",
          files: {
            "templates/a-list.yaml": mixedList,
            "templates/b-list.yaml": configMapList,
            "templates/local.yaml": configMap("local", "{}", '{config.kubernetes.io/local-config: "true"}'),
            "templates/scalars.yaml": scalars,
            "templates/account.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: account}\n",
          },
        },
      },
      ...refusedEach(unreadable, "upgrade to"),
      { title: "uninstall", deleted: true },
    ],
  },
  { name: "odd-kinds", steps: refusedEach(oddKinds, "install") },
  { name: "odd-names", steps: [...refusedEach(oddPaths, "install"), ...refusedEach(oddNames, "install")] },
  {
    name: "odd-names-later",
    steps: [
      { title: "install", chart: { version: "1.0.0", files: config }, spec: { values: { color: "red" } } },
      ...refusedEach(oddPaths, "upgrade to"),
    ],
  },
];
