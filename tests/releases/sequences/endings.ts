import { configMaps, jobs, type ResourceType, secrets } from "@catalyst/ports/kubernetes";
import { type Sequence, shortTimeout } from "../sequence.ts";
import { configMap, deployment, hook } from "../templates.ts";

type Edit = NonNullable<Sequence["steps"][number]["edit"]>;

const config = { "templates/config.yaml": configMap("config", "{color: {{ .Values.color | quote }}}") };
const refused = { "templates/z.yaml": configMap("Not_A_Name") };
const inSite = (name: string) => ({ namespace: "site", name });
const keep = '{helm.sh/resource-policy: "keep"}';

/** Holds objects in the cluster, or lets them go. */
function held(type: ResourceType, names: readonly string[], isHeld: boolean): Edit {
  const finalizers = isHeld ? ["example.com/held"] : null;
  return async (client) => {
    for (const name of names)
      await client.mergePatch(type, inSite(name), { metadata: { finalizers } }, { fieldManager: "hand" });
  };
}

/**
 * A Job: what it runs can't be changed. Its fields are in the order of their names, as helm-controller sends them: the
 * embedded server quotes a value in the order in which it came.
 */
const job = `apiVersion: batch/v1
kind: Job
metadata: {name: job, labels: {outcome: good}}
spec:
  template:
    spec:
      containers: [{image: "registry.test/main:{{ .Values.tag | default 1 }}", name: main}]
      restartPolicy: Never
`;

/** A Deployment whose selector is a value: it can't be changed. */
const selecting = deployment
  .replace("matchLabels: {app: site}", 'matchLabels: {app: {{ .Values.app | default "site" }}}')
  .replace("labels: {app: site}", 'labels: {app: {{ .Values.app | default "site" }}}');

/** What can't be changed, can't go, was changed by others, or fails on the way back. */
export const endingSequences: readonly Sequence[] = [
  {
    name: "hooks-that-stay",
    steps: [
      {
        title: "install",
        chart: {
          version: "1.0.0",
          files: {
            ...config,
            "templates/a.yaml": hook("first", "pre-install,pre-upgrade", { weight: -1 }),
            "templates/b.yaml": hook("held", "pre-install,pre-upgrade", { policy: "before-hook-creation" }),
            "templates/c.yaml": hook("gone", "pre-install,pre-upgrade", { policy: "hook-succeeded" }),
          },
        },
        spec: { timeout: shortTimeout, values: { color: "red" } },
      },
      {
        title: "upgrade while a hook of before can't go",
        edit: held(configMaps as ResourceType, ["held"], true),
        spec: { values: { color: "blue" } },
      },
      {
        title: "upgrade once it can",
        edit: held(configMaps as ResourceType, ["held"], false),
        spec: { values: { color: "green" } },
      },
    ],
  },
  {
    name: "hooks-on-the-way-back",
    steps: [
      {
        title: "install",
        chart: {
          version: "1.0.0",
          files: {
            ...config,
            "templates/a.yaml": hook("back", "pre-rollback", {
              kind: "Job",
              outcome: '{{ .Values.outcome | default "good" }}',
              policy: "before-hook-creation,hook-failed",
            }),
            "templates/b.yaml": hook("was-back", "post-rollback", { weight: 2 }),
          },
        },
        spec: { timeout: shortTimeout, values: { color: "red", outcome: "bad" } },
      },
      {
        title: "upgrade to what the server refuses, and a hook fails on the way back",
        chart: { version: "1.1.0", files: { ...config, ...refused } },
        spec: {
          upgrade: { remediation: { remediateLastFailure: true } },
          values: { color: "blue" },
        },
      },
      {
        title: "upgrade after it",
        chart: { version: "1.2.0", files: config },
        spec: { upgrade: {}, values: { color: "green" } },
      },
    ],
  },
  {
    name: "immutable",
    steps: [
      {
        title: "install",
        chart: {
          version: "1.0.0",
          files: { ...config, "templates/job.yaml": job, "templates/deployment.yaml": selecting },
        },
        spec: { values: { color: "red" } },
      },
      { title: "upgrade a Job server-side", spec: { values: { color: "blue", tag: 2 } } },
      {
        title: "upgrade a Job client-side",
        spec: { upgrade: { serverSideApply: "disabled" }, values: { color: "green", tag: 2 } },
      },
      {
        title: "upgrade a Job by force",
        spec: { upgrade: { serverSideApply: "disabled", force: true }, values: { color: "grey", tag: 3 } },
      },
      {
        title: "upgrade a Deployment by force, and go back",
        spec: {
          upgrade: { force: true, serverSideApply: "disabled", remediation: { remediateLastFailure: true } },
          values: { color: "black", app: "other" },
        },
      },
      {
        title: "upgrade once the Job was deleted by hand",
        edit: (client) => client.delete(jobs as ResourceType, inSite("job")),
        spec: { upgrade: {}, values: { color: "white", tag: 2 } },
      },
    ],
  },
  {
    name: "kept",
    steps: [
      {
        title: "install",
        chart: {
          version: "1.0.0",
          files: {
            ...config,
            "templates/kept.yaml": configMap("kept", "{}", keep),
            "templates/odd.yaml": configMap("odd", "{}", '{helm.sh/resource-policy: " Keep "}'),
            "templates/other.yaml": configMap("other"),
            "templates/gone.yaml": configMap("gone"),
          },
        },
        spec: { values: { color: "red" } },
      },
      {
        title: "some isn't its own any more, and some isn't there",
        edit: async (client) => {
          const annotations = { "meta.helm.sh/release-name": "another" };
          await client.mergePatch(configMaps, inSite("other"), { metadata: { annotations } });
          await client.delete(configMaps as ResourceType, inSite("gone"));
        },
        spec: { uninstall: {} },
      },
      { title: "uninstall", deleted: true },
    ],
  },
  {
    name: "uninstall-that-fails",
    steps: [
      {
        title: "install",
        chart: {
          version: "1.0.0",
          files: {
            ...config,
            "templates/a.yaml": hook("before", "pre-delete", {
              kind: "Job",
              outcome: "bad",
              policy: "before-hook-creation,hook-failed",
            }),
          },
        },
        spec: {
          timeout: shortTimeout,
          install: { remediation: { remediateLastFailure: true } },
          values: { color: "red" },
        },
      },
      {
        title: "upgrade to what the server refuses, and a hook forbids its end",
        chart: {
          version: "1.1.0",
          files: {
            ...config,
            ...refused,
            "templates/a.yaml": hook("before", "pre-delete", { kind: "Job", outcome: "bad" }),
          },
        },
        spec: {
          upgrade: { remediation: { remediateLastFailure: true, strategy: "uninstall" } },
          values: { color: "blue" },
        },
        isEndless: true,
      },
    ],
  },
  {
    name: "one-in-history",
    steps: [
      {
        title: "install",
        chart: { version: "1.0.0", files: config },
        spec: { maxHistory: 1, values: { color: "red" } },
      },
      { title: "upgrade", spec: { values: { color: "blue" } } },
      {
        title: "upgrade to what the server refuses",
        chart: { version: "1.1.0", files: { ...config, ...refused } },
      },
      {
        title: "upgrade to what the server refuses, and there is nothing to go back to",
        chart: { version: "1.1.1", files: { ...config, ...refused } },
        spec: { upgrade: { remediation: { remediateLastFailure: true } }, values: { color: "white" } },
      },
      {
        title: "keep them all, and repair",
        chart: { version: "1.2.0", files: config },
        spec: { maxHistory: 0, upgrade: {} },
      },
    ],
  },
  {
    name: "records-of-others",
    steps: [
      { title: "install", chart: { version: "1.0.0", files: config }, spec: { values: { color: "red" } } },
      {
        title: "upgrade beside a record that can't be read",
        edit: (client) =>
          client.create(secrets, {
            apiVersion: "v1",
            kind: "Secret",
            metadata: {
              ...inSite("sh.helm.release.v1.site.v9"),
              labels: { owner: "helm", name: "site", status: "deployed", version: "9" },
            },
            type: "helm.sh/release.v1",
            data: { release: Buffer.from("bm90IGEgcmVsZWFzZQ==").toString("base64") },
          }),
        spec: { values: { color: "blue" } },
      },
    ],
  },
];
