import { configMaps, deployments, services } from "@catalyst/ports/kubernetes";
import type { Sequence } from "../sequence.ts";
import { configMap, definition, deployment, service, till } from "../templates.ts";

const workload = { "templates/deployment.yaml": deployment, "templates/service.yaml": service };
const inSite = (name: string) => ({ namespace: "site", name });
const keep = '{helm.sh/resource-policy: "keep"}';

const first = {
  ...workload,
  "templates/config.yaml": configMap("config", "{color: {{ .Values.color | quote }}}"),
  "templates/gone.yaml": configMap("gone"),
  "templates/kept.yaml": configMap("kept", "{}", keep),
  "templates/NOTES.txt": "{{ .Release.Name }} is {{ .Values.color }}, revision {{ .Release.Revision }}.",
};
const { "templates/gone.yaml": _gone, "templates/kept.yaml": _kept, ...second } = first;

/** What a person does by hand between releases. */
async function changeByHand(
  client: Parameters<NonNullable<Sequence["steps"][number]["edit"]>>[0],
): Promise<void> {
  const options = { fieldManager: "hand" };
  const scaled = { metadata: { labels: { by: "hand" } }, spec: { replicas: 4 } };
  await client.mergePatch(deployments, inSite("site"), scaled, options);
  await client.mergePatch(configMaps, inSite("config"), { data: { color: "grey", more: "yes" } }, options);
}

const existing = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { ...inSite("config"), labels: { by: "hand" } },
  data: { color: "grey", more: "yes" },
};

/** How objects come to be as a chart says: server-side, client-side, by replacing; and what was there before. */
export const applyingSequences: readonly Sequence[] = [
  {
    name: "server-side",
    steps: [
      { title: "install", chart: { version: "1.0.0", files: first }, spec: { values: { color: "red" } } },
      {
        title: "upgrade the values",
        spec: { values: { color: "blue", replicas: 2, variables: { a: "1", b: "2" } } },
      },
      {
        title: "upgrade what was changed by hand",
        edit: changeByHand,
        spec: { values: { color: "blue", tag: "2" } },
      },
      { title: "upgrade to a chart that has less", chart: { version: "1.1.0", files: second } },
      {
        title:
          "upgrade to a chart that has no more than a configuration, of which a person keeps the Service",
        edit: (client) =>
          client.mergePatch(
            services,
            inSite("site"),
            { metadata: { annotations: { "helm.sh/resource-policy": "keep" } } },
            { fieldManager: "hand" },
          ),
        chart: { version: "1.2.0", files: { "templates/config.yaml": configMap("config") } },
      },
      {
        title: "leave what it owns to others in the end",
        spec: { uninstall: { deletionPropagation: "orphan" } },
      },
      { title: "uninstall", deleted: true },
    ],
  },
  {
    name: "client-side",
    steps: [
      {
        title: "install",
        chart: { version: "1.0.0", files: first },
        spec: { install: { serverSideApply: false }, values: { color: "red", secure: true } },
      },
      {
        title: "upgrade the values, as it was installed",
        spec: { values: { color: "blue", replicas: 2, variables: { a: "1", b: "2" } } },
      },
      {
        title: "upgrade what was changed by hand",
        edit: changeByHand,
        spec: { values: { color: "green", tag: "2", alone: true, variables: { b: "3", c: "4" } } },
      },
      {
        title: "upgrade nothing",
        spec: { timeout: "41s", values: { color: "green", tag: "2", alone: true } },
      },
      { title: "upgrade to a chart that has less", chart: { version: "1.1.0", files: second } },
      {
        title: "upgrade server-side",
        spec: { upgrade: { serverSideApply: "enabled" }, values: { color: "white" } },
      },
      {
        title: "upgrade client-side again",
        spec: { upgrade: { serverSideApply: "disabled" }, values: { color: "black" } },
      },
      { title: "uninstall", deleted: true },
    ],
  },
  {
    name: "client-side-custom",
    steps: [
      {
        title: "install a kind of its own",
        chart: {
          version: "1.0.0",
          files: { "crds/till.yaml": definition(["drawers", "coins"]), "templates/till.yaml": till },
        },
        spec: { install: { serverSideApply: false }, values: { drawers: 2, coins: 3 } },
      },
      {
        title: "upgrade what was changed by hand",
        edit: async (client) => {
          const type = await client.resourceType("releases.example.com/v1", "Till");
          if (type === undefined) return;
          await client.mergePatch(type, inSite("site"), { spec: { coins: 9 } }, { fieldManager: "hand" });
        },
        spec: { values: { drawers: 5, coins: 3 } },
      },
      { title: "upgrade to fewer fields", spec: { values: { drawers: 5 } } },
    ],
  },
  {
    name: "replacing",
    steps: [
      {
        title: "install",
        chart: { version: "1.0.0", files: second },
        spec: { install: { serverSideApply: false }, values: { color: "red" } },
      },
      {
        title: "replace what was changed by hand",
        edit: changeByHand,
        spec: { upgrade: { force: true }, values: { color: "blue" } },
      },
      {
        title: "force has no meaning server-side",
        spec: { upgrade: { force: true, serverSideApply: "enabled" }, values: { color: "green" } },
      },
    ],
  },
  {
    name: "adopting",
    steps: [
      {
        title: "install over what belongs to nobody, which isn't taken over",
        isEndless: true,
        edit: (client) => client.create(configMaps, existing, { fieldManager: "hand" }),
        chart: { version: "1.0.0", files: second },
        spec: { install: { disableTakeOwnership: true }, values: { color: "red" } },
      },
      { title: "install over it", spec: { install: {}, values: { color: "red" } } },
      {
        title: "upgrade to an object that is another release's, which isn't taken over",
        isEndless: true,
        edit: (client) =>
          client.create(
            configMaps,
            {
              ...existing,
              metadata: {
                ...inSite("more"),
                labels: { "app.kubernetes.io/managed-by": "Helm" },
                annotations: {
                  "meta.helm.sh/release-name": "other",
                  "meta.helm.sh/release-namespace": "site",
                },
              },
            },
            { fieldManager: "hand" },
          ),
        chart: {
          version: "1.1.0",
          files: { ...second, "templates/more.yaml": configMap("more", "{color: new}") },
        },
        spec: { upgrade: { disableTakeOwnership: true } },
      },
      { title: "upgrade and take it over", spec: { upgrade: {} } },
      { title: "uninstall", deleted: true },
    ],
  },
  {
    name: "adopting-client-side",
    steps: [
      {
        title: "install over what belongs to nobody",
        edit: (client) => client.create(configMaps, existing, { fieldManager: "hand" }),
        chart: { version: "1.0.0", files: second },
        spec: { install: { serverSideApply: false }, values: { color: "red" } },
      },
      { title: "upgrade", spec: { values: { color: "blue" } } },
    ],
  },
  {
    name: "namespace",
    steps: [
      {
        title: "install into a namespace that is there, which it may make",
        chart: { version: "1.0.0", files: { "templates/config.yaml": configMap("config") } },
        spec: { install: { createNamespace: true } },
      },
    ],
  },
];
