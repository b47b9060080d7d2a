import { type Sequence, shortTimeout } from "../sequence.ts";
import { configMap, hook } from "../templates.ts";

const config = { "templates/config.yaml": configMap("config", "{color: {{ .Values.color | quote }}}") };
const job = (outcome = "good", policy?: string, weight = 0) =>
  ({ kind: "Job", outcome, weight, ...(policy === undefined ? {} : { policy }) }) as const;

/** An outcome that follows from the values, so that one chart can do both. */
const asValued = '{{ .Values.outcome | default "good" }}';

/** When hooks run, in which order, what becomes of them, and of a release whose hooks fail. */
export const hookSequences: readonly Sequence[] = [
  {
    name: "hooks",
    steps: [
      {
        title: "install",
        chart: {
          version: "1.0.0",
          files: {
            ...config,
            "templates/a.yaml": hook("late", "pre-install,pre-upgrade", { weight: 5 }),
            "templates/b.yaml": hook("early", "pre-install,pre-upgrade", {
              weight: -5,
              policy: "hook-succeeded",
            }),
            "templates/c.yaml": hook("job", "pre-install,pre-upgrade,pre-delete", job()),
            "templates/d.yaml": hook(
              "after",
              "post-install,post-upgrade",
              job("good", "hook-succeeded,hook-failed"),
            ),
            "templates/e.yaml": hook("between", "post-install", {
              policy: "before-hook-creation,hook-succeeded",
            }),
            "templates/f.yaml": hook("last", "post-delete", { kind: "Pod", policy: "hook-failed" }),
            "templates/g.yaml": hook("back", "post-rollback"),
            "templates/h.yaml": hook("named", "pre-install,post-install", { weight: 1 }),
          },
        },
        spec: { values: { color: "red" } },
      },
      { title: "upgrade", spec: { values: { color: "blue" } } },
      {
        title: "upgrade without hooks",
        spec: { upgrade: { disableHooks: true }, values: { color: "green" } },
      },
      { title: "uninstall", deleted: true },
    ],
  },
  {
    name: "hooks-that-fail",
    steps: [
      {
        title: "install",
        chart: {
          version: "1.0.0",
          files: {
            ...config,
            "templates/a.yaml": hook("first", "pre-upgrade", { weight: -1, policy: "hook-succeeded" }),
            "templates/b.yaml": hook("job", "pre-upgrade", job(asValued, "before-hook-creation,hook-failed")),
            "templates/c.yaml": hook("never", "pre-upgrade", { weight: 1 }),
            "templates/d.yaml": hook("back", "pre-rollback", job()),
          },
        },
        spec: { values: { color: "red" } },
      },
      {
        title: "upgrade with a hook that fails",
        spec: { timeout: shortTimeout, values: { color: "blue", outcome: "bad" } },
      },
      {
        title: "upgrade with a hook that fails, and go back",
        spec: {
          upgrade: { remediation: { remediateLastFailure: true } },
          values: { color: "green", outcome: "bad" },
        },
      },
      { title: "upgrade", spec: { values: { color: "white" } } },
    ],
  },
  {
    name: "hooks-that-cannot-be-made",
    steps: [
      {
        title: "install",
        chart: {
          version: "1.0.0",
          files: {
            ...config,
            "templates/a.yaml": hook("Not_A_Name", "pre-install", { policy: "hook-failed" }),
          },
        },
        spec: { values: { color: "red" } },
      },
      {
        title: "install with a hook of a kind that isn't there",
        chart: {
          version: "1.0.1",
          files: {
            ...config,
            "templates/a.yaml": hook("first", "pre-install,pre-upgrade", {
              weight: -1,
              policy: "hook-succeeded",
            }),
            "templates/b.yaml": hook("till", "pre-install,pre-upgrade").replace(
              "v1",
              "releases.example.com/v1",
            ),
          },
        },
      },
      { title: "upgrade after it", chart: { version: "1.0.2", files: config } },
    ],
  },
  {
    name: "hooks-of-an-end-that-fails",
    steps: [
      {
        title: "install",
        chart: {
          version: "1.0.0",
          files: { ...config, "templates/a.yaml": hook("after", "post-delete", job("bad")) },
        },
        spec: { timeout: shortTimeout, values: { color: "red" } },
      },
      { title: "uninstall", deleted: true },
    ],
  },
  {
    name: "tests",
    steps: [
      {
        title: "install and test",
        chart: {
          version: "1.0.0",
          files: {
            ...config,
            "templates/tests/a.yaml": hook("asks", "test", { kind: "Pod", outcome: asValued, weight: 1 }),
            "templates/tests/b.yaml": hook("looks", "test-success", {
              kind: "Pod",
              policy: "hook-succeeded",
            }),
          },
        },
        spec: { test: { enable: true }, values: { color: "red" } },
      },
      {
        title: "upgrade, and a test fails",
        spec: { timeout: shortTimeout, values: { color: "blue", outcome: "bad" } },
      },
      {
        title: "upgrade, a test fails and it is gone back to what was before",
        spec: {
          upgrade: { remediation: { remediateLastFailure: true } },
          values: { color: "green", outcome: "bad" },
        },
      },
      {
        title: "upgrade, and a test fails that may",
        spec: {
          upgrade: {},
          test: { enable: true, ignoreFailures: true },
          values: { color: "white", outcome: "bad" },
        },
      },
      {
        title: "upgrade without the test that fails",
        spec: {
          test: { enable: true, filters: [{ name: "asks", exclude: true }] },
          values: { color: "black", outcome: "bad" },
        },
      },
      {
        title: "upgrade with the one test named",
        spec: {
          test: { enable: true, filters: [{ name: "looks" }] },
          values: { color: "grey", outcome: "bad" },
        },
      },
    ],
  },
];
