import { type Sequence, shortTimeout } from "../sequence.ts";
import { configMap, definition, deployment, hook, service, till } from "../templates.ts";

const config = { "templates/config.yaml": configMap("config", "{color: {{ .Values.color | quote }}}") };
const refused = { "templates/z.yaml": configMap("Not_A_Name") };
const claim = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: none, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`;

/** No hook. */
const failingJob = hook("job", "none", { kind: "Job", outcome: "bad" }).replace(/ {2}annotations.*\n/, "");

/** What becomes of releases that fail, of their history, of definitions and of what is waited for. */
export const outcomeSequences: readonly Sequence[] = [
  {
    name: "refused",
    steps: [
      {
        title: "install what the server refuses",
        chart: { version: "1.0.0", files: { ...config, ...refused } },
        spec: { values: { color: "red" } },
      },
      { title: "repair", chart: { version: "1.0.1", files: config } },
      {
        title: "upgrade to what the server refuses",
        chart: {
          version: "1.1.0",
          files: { ...config, ...refused, "templates/a.yaml": configMap("added") },
        },
      },
      {
        title: "upgrade to what the server refuses, and clean up",
        chart: {
          version: "1.2.0",
          files: { ...config, ...refused, "templates/b.yaml": configMap("another") },
        },
        spec: { upgrade: { cleanupOnFail: true } },
      },
      {
        title: "upgrade to what the server refuses, and go back",
        chart: { version: "1.3.0", files: { ...config, ...refused } },
        spec: { upgrade: { remediation: { remediateLastFailure: true } }, values: { color: "blue" } },
      },
      {
        title: "upgrade to what the server refuses twice, and uninstall",
        chart: { version: "1.4.0", files: { ...config, ...refused } },
        spec: {
          upgrade: { remediation: { remediateLastFailure: true, strategy: "uninstall" } },
          values: { color: "green" },
        },
      },
    ],
  },
  {
    name: "refused-client-side",
    steps: [
      {
        title: "install what the server refuses, twice, and uninstall",
        chart: { version: "1.0.0", files: { ...config, ...refused } },
        spec: { install: { serverSideApply: false, remediation: { retries: 1 } }, values: { color: "red" } },
      },
      { title: "repair", chart: { version: "1.0.1", files: config } },
      {
        title: "upgrade with a wrong field, of which a server only warns",
        chart: {
          version: "1.1.0",
          files: { "templates/config.yaml": `${configMap("config", "{color: blue}")}wrong: field\n` },
        },
      },
    ],
  },
  {
    name: "wrong-fields",
    steps: [
      {
        title: "install an unknown field",
        chart: {
          version: "1.0.0",
          files: { "templates/config.yaml": `${configMap("config")}wrong: field\n` },
        },
        spec: { values: { color: "red" } },
      },
      {
        title: "install an unknown kind",
        isEndless: true,
        chart: { version: "1.0.1", files: { ...config, "templates/till.yaml": till } },
      },
      { title: "install", chart: { version: "1.0.2", files: config } },
      {
        title: "upgrade to an unknown kind",
        isEndless: true,
        chart: { version: "1.1.0", files: { ...config, "templates/till.yaml": till } },
      },
      {
        title: "upgrade to a template that fails",
        isEndless: true,
        chart: { version: "1.2.0", files: { "templates/config.yaml": '{{ fail "no" }}' } },
      },
    ],
  },
  {
    name: "history",
    steps: [
      {
        title: "install",
        chart: { version: "1.0.0", files: config },
        spec: { maxHistory: 2, values: { color: "red" } },
      },
      { title: "upgrade", spec: { values: { color: "blue" } } },
      { title: "upgrade again", spec: { values: { color: "green" } } },
      {
        title: "upgrade to what the server refuses",
        chart: { version: "1.1.0", files: { ...config, ...refused } },
      },
      {
        title: "upgrade to what the server refuses, and go back",
        chart: { version: "1.1.1", files: { ...config, ...refused } },
        spec: { upgrade: { remediation: { remediateLastFailure: true } }, values: { color: "white" } },
      },
    ],
  },
  {
    name: "kept-history",
    steps: [
      {
        title: "install",
        chart: { version: "1.0.0", files: config },
        spec: { uninstall: { keepHistory: true }, values: { color: "red" } },
      },
      { title: "upgrade", spec: { values: { color: "blue" } } },
      { title: "uninstall", deleted: true },
      { title: "install again", isEndless: true, spec: { values: { color: "green" } } },
      {
        title: "install again and replace",
        spec: { install: { replace: true }, values: { color: "green" } },
      },
    ],
  },
  {
    name: "retried",
    steps: [
      {
        title: "install what the server refuses, to be tried again",
        chart: { version: "1.0.0", files: { ...config, ...refused } },
        spec: {
          install: { strategy: { name: "RetryOnFailure", retryInterval: "1h" } },
          values: { color: "red" },
        },
        isRetried: true,
      },
      { title: "repair", chart: { version: "1.0.1", files: config } },
      {
        title: "upgrade to what the server refuses, to be tried again",
        chart: { version: "1.1.0", files: { ...config, ...refused } },
        spec: { upgrade: { strategy: { name: "RetryOnFailure", retryInterval: "1h" } } },
        isRetried: true,
      },
      {
        title: "repair once more",
        chart: { version: "1.1.1", files: config },
        spec: { values: { color: "blue" } },
      },
    ],
  },
  {
    name: "values",
    steps: [
      {
        title: "install",
        chart: { version: "1.0.0", files: { ...config, "values.yaml": "color: grey\nother: {a: 1}\n" } },
        spec: { values: { color: "red", other: { b: 2 } } },
      },
      {
        title: "upgrade and keep the values",
        chart: {
          version: "1.1.0",
          files: { ...config, "values.yaml": "color: white\nother: {c: 1}\nmore: new\n" },
        },
        spec: { upgrade: { preserveValues: true }, values: { other: { d: 3 } } },
      },
      { title: "upgrade and reset the values", spec: { upgrade: {}, values: { other: { e: 4 } } } },
    ],
  },
  {
    name: "definitions",
    steps: [
      {
        title: "install",
        chart: {
          version: "1.0.0",
          files: { "crds/till.yaml": definition(["drawers"]), "templates/till.yaml": till },
        },
        spec: {},
      },
      {
        title: "upgrade as it comes",
        chart: {
          version: "1.1.0",
          files: { "crds/till.yaml": definition(["drawers", "coins"]), "templates/till.yaml": till },
        },
      },
      {
        title: "upgrade and replace",
        chart: {
          version: "1.2.0",
          files: { "crds/till.yaml": definition(["drawers", "coins", "notes"]), "templates/till.yaml": till },
        },
        spec: { upgrade: { crds: "CreateReplace" } },
      },
      {
        title: "upgrade and skip",
        chart: {
          version: "1.3.0",
          files: { "crds/till.yaml": definition(["drawers"]), "templates/till.yaml": till },
        },
        spec: { upgrade: { crds: "Skip" } },
      },
      {
        title: "upgrade and create client-side",
        chart: {
          version: "1.4.0",
          files: { "crds/till.yaml": definition(["drawers", "more"]), "templates/till.yaml": till },
        },
        spec: { upgrade: { crds: "Create", serverSideApply: "disabled" } },
      },
      {
        title: "upgrade and replace client-side",
        chart: {
          version: "1.5.0",
          files: { "crds/till.yaml": definition(["drawers", "more", "most"]), "templates/till.yaml": till },
        },
        spec: { upgrade: { crds: "CreateReplace", serverSideApply: "disabled" } },
      },
      { title: "uninstall", deleted: true },
    ],
  },
  {
    name: "waiting",
    steps: [
      {
        title: "install what doesn't become ready",
        chart: { version: "1.0.0", files: { ...config, "templates/claim.yaml": claim } },
        spec: { timeout: shortTimeout, values: { color: "red" } },
      },
      {
        title: "install without waiting",
        chart: {
          version: "1.0.1",
          files: { ...config, "templates/claim.yaml": claim, "templates/d.yaml": deployment },
        },
        spec: { upgrade: { disableWait: true } },
      },
      {
        title: "upgrade to a Job that fails",
        chart: {
          version: "1.1.0",
          files: {
            ...config,
            "templates/job.yaml": failingJob,
          },
        },
        spec: { upgrade: { remediation: { remediateLastFailure: true } }, rollback: { disableWait: true } },
      },
    ],
  },
  {
    name: "waiting-as-helm-3",
    steps: [
      {
        title: "install a Deployment whose ReplicaSet nobody makes",
        chart: { version: "1.0.0", files: { ...config, "templates/d.yaml": deployment } },
        spec: { waitStrategy: { name: "legacy" }, timeout: shortTimeout, values: { color: "red" } },
      },
      {
        title: "upgrade to hooks that come to their end",
        chart: {
          version: "1.1.0",
          files: {
            ...config,
            "templates/service.yaml": service,
            "templates/hooks.yaml": [
              hook("job", "pre-upgrade", { kind: "Job", policy: "hook-succeeded" }),
              hook("pod", "pre-upgrade", { kind: "Pod" }),
            ].join("---\n"),
          },
        },
      },
      {
        title: "upgrade to a Job that fails",
        chart: {
          version: "1.2.0",
          files: { ...config, "templates/job.yaml": failingJob },
        },
        spec: { upgrade: { remediation: { retries: 0 } } },
      },
      {
        title: "upgrade to a Pod that fails before",
        chart: {
          version: "1.3.0",
          files: {
            ...config,
            "templates/pod.yaml": hook("pod", "pre-upgrade", { kind: "Pod", outcome: "bad" }),
          },
        },
      },
      {
        title: "upgrade to a Job that fails before",
        chart: {
          version: "1.4.0",
          files: {
            ...config,
            "templates/pod.yaml": hook("before", "pre-upgrade", { kind: "Job", outcome: "bad" }),
          },
        },
      },
      { title: "uninstall", deleted: true },
    ],
  },
];
