import { join } from "node:path";
import {
  chart,
  chartYaml,
  configMap,
  definition,
  type Files,
  hooks,
  template,
  web,
} from "./chart-fixtures.ts";

const listed = "helmCharts: [{name: web, releaseName: shop}]\n";
const withHooks = { "templates/hooks.yaml": hooks, "crds/thing.yaml": definition };
const inline = `
  valuesInline:
    replicas: 5
    ports: [8080]
    image: {tag: "2.0"}
    labels: {tier: null, team: a, gone: back}
    size: 1.0
    large: 12345678901234567890
    empty: {a: {}}
    more: {deep: [1, {a: b}]}
`;

const nullValues = { "v.yaml": "---\n# nothing\n---\nreplicas: 4\n" };
/** Aliases of fields, which Kustomize loses as it merges, and of items, which it keeps. */
const aliased = {
  "v.yaml":
    "x: &x {p: 1, q: [1]}\nalias: *x\nitems: [*x, {in: *x}]\nmerged:\n  <<: *x\n  own: 2\nmany:\n  <<: [*x]\n  own: 3\ndeep: {in: {alias: *x, own: 4}}\n",
};

/**
 * Kustomizations with charts, by name. What Kustomize makes of each stands in the folder `golden`; nothing in them
 * needs a network.
 */
export const chartCases: Readonly<Record<string, Files>> = {
  plain: web(listed, withHooks),
  crds: web("helmCharts: [{name: web, releaseName: shop, includeCRDs: true, skipTests: true}]\n", withHooks),
  "without-hooks": web(
    "helmCharts: [{name: web, releaseName: shop, skipHooks: true, debug: true, devel: true}]\n",
    withHooks,
  ),
  "without-name": web("helmCharts: [{name: web}]\nnamePrefix: my-\n"),
  "name-template": web(`helmCharts: [{name: web, nameTemplate: '{{ "ABC" | lower }}'}]\n`),
  capabilities: web(
    "helmCharts: [{name: web, releaseName: shop, kubeVersion: v1.27.3, apiVersions: [example.com/v1]}]\n",
  ),
  "values-override": web(`helmCharts:\n- name: web\n  releaseName: shop${inline}`),
  "values-merge": web(`helmCharts:\n- name: web\n  releaseName: shop\n  valuesMerge: merge${inline}`),
  "values-replace": web(`helmCharts:\n- name: web\n  releaseName: shop\n  valuesMerge: replace${inline}`),
  "values-files": web(
    `helmCharts:
- name: web
  releaseName: shop
  valuesFile: mine.yaml
  additionalValuesFiles: [more/one.yaml, more/two.yaml]
  valuesInline: {replicas: 7, debug: yes}
`,
    {},
    {
      "mine.yaml": "replicas: 3\nlabels: {from: mine}\nhex: 0x1F\ndate: 2001-02-03\nold: 010\non: on\n",
      "more/one.yaml": 'labels: {from: one, one: "1"}\non: on\n',
      "more/two.yaml": 'labels: {two: "2"}\nreplicas: 4\n',
    },
  ),
  "values-of-no-file": web(listed, { "values.yaml": "\n", "templates/web.yaml": configMap("a") }),
  repository: {
    "kustomization.yaml":
      'helmCharts: [{name: web, releaseName: shop, version: 1.2.0, repo: "https://charts.example.com"}]\n',
    ...chart("charts/web-1.2.0/web"),
  },
  globals: {
    "kustomization.yaml":
      "helmGlobals: {chartHome: parts/charts, configHome: nowhere}\nhelmCharts: [{name: web, releaseName: shop, namespace: own}]\nnamespace: other\n",
    ...chart("parts/charts/web"),
  },
  deprecated: {
    "kustomization.yaml":
      "helmChartInflationGenerator:\n- {chartName: web, releaseName: shop, chartHome: old, values: old/web/values.yaml, valuesLocal: {replicas: 9}, releaseNamespace: ignored}\n",
    ...chart("old/web"),
  },
  namespaces: {
    "kustomization.yaml": "resources: [base]\nnamespace: outer\n",
    "base/kustomization.yaml": `${listed}resources: [plain.yaml]\nnamePrefix: x-\nconfigMapGenerator: [{name: settings, literals: [a=b]}]\n`,
    "base/plain.yaml": configMap("plain"),
    ...chart("base/charts/web"),
  },
  "namespaces-inner": {
    "kustomization.yaml": "resources: [base]\nnamespace: outer\n",
    "base/kustomization.yaml": `${listed}namespace: inner\n`,
    ...chart("base/charts/web"),
  },
  components: {
    "kustomization.yaml": "components: [part]\nnamespace: outer\n",
    "part/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n${listed}`,
    ...chart("part/charts/web"),
  },
  plugin: web(
    "generators: [web.yaml]\nnamespace: outer\n",
    {},
    {
      "web.yaml":
        "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: web}\nname: web\nreleaseName: shop\nvaluesInline: {replicas: 3}\n",
    },
  ),
  changed: web(`${listed}namePrefix: my-
labels: [{pairs: {a: b}, includeSelectors: true}]
images: [{name: web, newTag: "9"}]
replicas: [{name: shop-web, count: 8}]
configMapGenerator: [{name: settings, literals: [a=b]}]
patches:
- patch: '[{"op": "add", "path": "/metadata/annotations/x", "value": "y"}]'
  target: {kind: Deployment}
`),
  origins: web(
    `${listed}buildMetadata: [originAnnotations, transformerAnnotations, managedByLabel]\nnamePrefix: a-\n`,
  ),
  two: web("helmCharts: [{name: web, releaseName: one}, {name: web, releaseName: two, namespace: b}]\n"),
  ignored: web(listed, {
    ".helmignore": "skipped.yaml\nrest/\n",
    "templates/skipped.yaml": '{{ fail "read" }}\n',
    "templates/rest/a.yaml": '{{ fail "read" }}\n',
  }),
  subchart: web(
    "helmCharts: [{name: web, releaseName: shop, valuesInline: {part: {replicas: 6}}}]\n",
    {},
    chart("charts/web/charts/part", {
      "Chart.yaml": chartYaml.replace("web", "part"),
      "templates/web.yaml": template.replace("-web", "-part").replace("-values", "-part-values"),
    }),
  ),
  "generated-name": web(listed, {
    "templates/job.yaml":
      "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: run-}\nspec: {template: {}}\n",
  }),
  list: web(listed, {
    "templates/list.yaml": `apiVersion: v1\nkind: List\nitems:\n- ${configMap("a").trimEnd().replaceAll("\n", "\n  ")}\n- ${configMap("b").trimEnd().replaceAll("\n", "\n  ")}\n`,
  }),
  nothing: web(
    `${listed}resources: [a.yaml]\n`,
    { "templates/web.yaml": "{{/* nothing */}}\n" },
    {
      "a.yaml": configMap("plain"),
    },
  ),
  marked: {
    "kustomization.yaml": "namespace: outer\nresources: [a.yaml]\n",
    "a.yaml": [
      configMap("plain", ', annotations: {internal.config.kubernetes.io/helm-generated: "true"}'),
      configMap(
        "other",
        ', annotations: {internal.config.kubernetes.io/helm-generated: "false", helm.kustomize.io/generated: "true"}',
      ),
    ].join("---\n"),
  },
  merged: web(
    `${listed}configMapGenerator: [{name: shop-values, namespace: default, behavior: merge, literals: [x=y]}]\n`,
  ),
  "chart-outside": {
    "app/kustomization.yaml":
      "helmGlobals: {chartHome: ../charts}\nhelmCharts: [{name: web, releaseName: a, valuesFile: v.yaml}]\n",
    "app/v.yaml": "replicas: 3\n",
    "kustomization.yaml": "resources: [app]\n",
    ...chart("charts/web"),
  },
  "values-outside": {
    "app/kustomization.yaml": `helmGlobals: {chartHome: ../charts}\n${listed}`,
    "kustomization.yaml": "resources: [app]\n",
    ...chart("charts/web"),
  },
  twice: web("helmCharts: [{name: web, releaseName: one}, {name: web, releaseName: one}]\n"),
  "no-name": web("helmCharts: [{releaseName: shop}]\n"),
  "no-such-merge": web("helmCharts: [{name: web, valuesMerge: mix}]\n"),
  "no-such-chart": web("helmCharts: [{name: other}]\n"),
  "no-such-field": web("helmCharts: [{name: web, valuesinlines: {}}]\n"),
  "two-names": web("helmCharts: [{name: web, releaseName: a, nameTemplate: b}]\n"),
  "no-release-name": web("helmCharts: [{name: web, releaseName: UPPER}]\n"),
  "failing-template": web(listed, { "templates/web.yaml": '{{ fail "no" }}\n' }),
  "nameless-object": web(listed, { "templates/web.yaml": "apiVersion: v1\nkind: ConfigMap\n" }),
  "empty-values": web("helmCharts: [{name: web, releaseName: a, valuesInline: {a: b}}]\n", {
    "values.yaml": "# nothing\n",
  }),
  "no-values": web(listed, { "values.yaml": "" }),
  "wrong-version": web(listed, { "Chart.yaml": `${chartYaml}kubeVersion: "<1.0.0"\n` }),
  library: web(listed, { "Chart.yaml": `${chartYaml}type: library\n` }),
  "no-dependency": web(listed, {
    "Chart.yaml": `${chartYaml}dependencies: [{name: gone, version: "1"}]\n`,
  }),
  // A chart's templates may make what is read differently the second time.
  "list-of-no-objects": web(`${listed}namePrefix: x-\nnamespace: q\n`, {
    "templates/web.yaml": `${configMap("a")}---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleList\nitems:\n- metadata: {name: a}\n  rules: []\n`,
  }),
  "list-twice-the-same": web(listed, {
    "templates/web.yaml": `apiVersion: v1\nkind: List\nitems:\n- &a {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n- *a\n---\n${configMap("b")}`,
  }),
  "list-alone-of-no-objects": web(listed, {
    "templates/web.yaml": "apiVersion: v1\nkind: List\nitems: [{metadata: {name: a}}]\n",
  }),
  "byte-order-mark": web(listed, { "templates/web.yaml": `\ufeff${configMap("a")}` }),
  "line-ends": web(listed, {
    "templates/web.yaml":
      `# a\n---\n\n---\n${configMap("a")}data:\n  k: |\n    one\n    two\n---\n# b\n${configMap("b")}`.replaceAll(
        "\n",
        "\r\n",
      ),
  }),
  "capabilities-listed": web(
    "helmCharts: [{name: web, releaseName: shop, apiVersions: ['a/v1,example.com/v1', '', ~]}]\n",
  ),
  "null-values": web(
    `helmCharts:\n- name: web\n  releaseName: shop\n  valuesFile: v.yaml${inline}`,
    {},
    nullValues,
  ),
  "null-values-merge": web(
    `helmCharts:\n- name: web\n  releaseName: shop\n  valuesFile: v.yaml\n  valuesMerge: merge${inline}`,
    {},
    nullValues,
  ),
  "values-aliases": web(
    `helmCharts:\n- name: web\n  releaseName: shop\n  valuesFile: v.yaml\n  valuesInline: {x: {r: 3}}\n`,
    {},
    aliased,
  ),
  "values-aliases-merge": web(
    `helmCharts:\n- name: web\n  releaseName: shop\n  valuesFile: v.yaml\n  valuesMerge: merge\n  valuesInline: {x: {r: 3}}\n`,
    {},
    aliased,
  ),
  "values-alias-overridden": web(
    `helmCharts:\n- name: web\n  releaseName: shop\n  valuesFile: v.yaml\n  valuesInline: {alias: 3}\n`,
    {},
    aliased,
  ),
  "values-alias-merged": web(
    `helmCharts:\n- name: web\n  releaseName: shop\n  valuesFile: v.yaml\n  valuesMerge: merge\n  valuesInline: {alias: 3}\n`,
    {},
    aliased,
  ),
  "values-alias-of-nothing": web(
    `helmCharts:\n- name: web\n  releaseName: shop\n  valuesFile: v.yaml\n  valuesInline: {a: 3}\n`,
    {},
    { "v.yaml": "b: *c\n" },
  ),
  "values-documents": web(
    `helmCharts:\n- name: web\n  releaseName: shop\n  valuesFile: v.yaml${inline}`,
    {},
    { "v.yaml": "replicas: 4\n---\nreplicas: [\n" },
  ),
  "values-list": web(
    `helmCharts:\n- name: web\n  releaseName: shop\n  valuesFile: v.yaml${inline}`,
    {},
    { "v.yaml": "- a\n" },
  ),
  "name-with-folder": {
    "kustomization.yaml": "helmCharts: [{name: sub/web, releaseName: shop}]\n",
    ...chart("charts/sub/web"),
  },
  "plugin-number": web(
    "generators: [web.yaml]\n",
    {},
    {
      "web.yaml":
        "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: web}\nname: web\nreleaseName: 5\n",
    },
  ),
  "failing-name": web("helmCharts: [{name: web, nameTemplate: '{{ fail \"no\" }}'}]\n"),
  "chart-without-version": web(listed, { "Chart.yaml": "apiVersion: v2\nname: web\n" }),
};

/** The file that holds what Kustomize prints for a case, or why it refuses it. */
export function recordedFile(name: string, what: "printed" | "refused"): string {
  return join(import.meta.dirname, "golden", `${name}.${what}.txt`);
}
