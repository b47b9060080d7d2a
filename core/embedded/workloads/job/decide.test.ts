import type { Job, Pod } from "@catalyst/ports/kubernetes";
import { describe, expect, it } from "vitest";
import { assessJob } from "./assess.ts";
import { noFailures } from "./backoff.ts";
import { decideJob } from "./decide.ts";
import { trackingFinalizer } from "./pod.ts";

const start = Date.parse("2026-03-10T10:00:00Z");
const seconds = (count: number) => new Date(start + count * 1000).toISOString();

function job(spec: Partial<Job["spec"]> = {}, status: Job["status"] = {}): Job {
  const template = { spec: { restartPolicy: "Never", containers: [{ name: "main" }] } };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "sum", namespace: "site" },
    spec: { completions: 1, parallelism: 1, template, ...spec } as Job["spec"],
    status: { startTime: seconds(0), ...status },
  };
}

type Phase = "Running" | "Succeeded" | "Failed";
interface PodFacts {
  readonly index?: number;
  readonly exitCode?: number;
  readonly endedAt?: number;
  readonly deleted?: boolean;
  readonly restarts?: number;
  /** Failures of its index before it. */
  readonly failures?: number;
}

let count = 0;
function pod(phase: Phase, facts: PodFacts = {}): Pod {
  const { index, exitCode = 1, endedAt = 0, deleted = false, restarts = 0, failures = 0 } = facts;
  const name = `pod-${count++}`;
  const annotations =
    index === undefined
      ? {}
      : {
          "batch.kubernetes.io/job-completion-index": String(index),
          "batch.kubernetes.io/job-index-failure-count": String(failures),
        };
  const state =
    phase === "Running" ? { running: {} } : { terminated: { exitCode, finishedAt: seconds(endedAt) } };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "site",
      uid: name,
      annotations,
      finalizers: [trackingFinalizer],
      ...(deleted ? { deletionTimestamp: seconds(endedAt) } : {}),
    },
    spec: { containers: [{ name: "main" }] },
    status: { phase, containerStatuses: [{ name: "main", restartCount: restarts, state }] },
  } as unknown as Pod;
}

/** What is done, in one line; times are seconds after the start. */
function decide(object: Job, pods: readonly Pod[], at = 0): string {
  const now = start + at * 1000;
  const action = decideJob(assessJob({ job: object, pods, record: noFailures, now }));
  switch (action.type) {
    case "none":
      return action.lookAgainAt === undefined ? "none" : `none until ${(action.lookAgainAt - start) / 1000}`;
    case "create":
      return `create ${action.plans.map(({ index }) => index ?? "one").join()}`;
    case "drop":
      return `drop ${action.pods.map((each) => pods.indexOf(each)).join()}`;
    case "finish":
      return `${action.end.type}: ${action.end.reason}`;
  }
}

const indexed = { completionMode: "Indexed", completions: 3, parallelism: 3 } as const;
const perIndex = { ...indexed, backoffLimitPerIndex: 1 } as const;
const policy = (action: "FailJob" | "Ignore" | "FailIndex") => ({
  rules: [{ action, onExitCodes: { operator: "In" as const, values: [42] } }],
});

describe("decideJob", () => {
  it.each<[string, Job, readonly Pod[], number, string]>([
    [
      "begins with as many Pods as may be at once",
      job({ completions: 5, parallelism: 2 }),
      [],
      0,
      "create one,one",
    ],
    [
      "never has more than are still to come",
      job({ completions: 2, parallelism: 5 }),
      [],
      0,
      "create one,one",
    ],
    ["leaves well alone", job(), [pod("Running")], 0, "none"],
    ["ends when enough succeeded", job(), [pod("Succeeded")], 0, "SuccessCriteriaMet: CompletionsReached"],
    [
      "without completions waits for the rest once one succeeded",
      job({ completions: undefined, parallelism: 2 } as never),
      [pod("Succeeded"), pod("Running")],
      0,
      "none",
    ],
    [
      "without completions ends with the last of them",
      job({ completions: undefined, parallelism: 2 } as never),
      [pod("Succeeded"), pod("Failed")],
      0,
      "SuccessCriteriaMet: CompletionsReached",
    ],
    ["waits ten seconds after a failure", job(), [pod("Failed")], 0, "none until 10"],
    ["tries again after them", job(), [pod("Failed")], 10, "create one"],
    [
      "waits twice as long after two",
      job(),
      [pod("Failed"), pod("Failed", { endedAt: 5 })],
      10,
      "none until 25",
    ],
    [
      "fails past its limit",
      job({ backoffLimit: 1 }),
      [pod("Failed"), pod("Failed")],
      0,
      "FailureTarget: BackoffLimitExceeded",
    ],
    [
      "counts restarts in place towards the limit",
      job({
        backoffLimit: 3,
        template: { spec: { restartPolicy: "OnFailure", containers: [{ name: "main" }] } },
      } as never),
      [pod("Running", { restarts: 3 })],
      0,
      "FailureTarget: BackoffLimitExceeded",
    ],
    ["looks again at its deadline", job({ activeDeadlineSeconds: 60 }), [pod("Running")], 5, "none until 60"],
    [
      "fails at its deadline",
      job({ activeDeadlineSeconds: 60 }),
      [pod("Running")],
      60,
      "FailureTarget: DeadlineExceeded",
    ],
    ["drops what runs when suspended", job({ suspend: true }), [pod("Running")], 0, "drop 0"],
    ["does nothing while suspended", job({ suspend: true }), [], 0, "none"],
    ["drops what is too much", job({ parallelism: 0 }), [pod("Running")], 0, "drop 0"],
    ["replaces a Pod that is on its way out", job(), [pod("Running", { deleted: true })], 10, "create one"],
    [
      "waits for its end where only failed ones are replaced",
      job({ podReplacementPolicy: "Failed" }),
      [pod("Running", { deleted: true })],
      10,
      "none",
    ],
    [
      "fails by its policy, however few failed",
      job({ podFailurePolicy: policy("FailJob") }),
      [pod("Failed", { exitCode: 42 })],
      0,
      "FailureTarget: PodFailurePolicy",
    ],
    [
      "doesn't count what its policy ignores",
      job({ podFailurePolicy: policy("Ignore"), backoffLimit: 0 }),
      [pod("Failed", { exitCode: 42 })],
      10,
      "create one",
    ],
    [
      "stands by an end decided before",
      job({}, { conditions: [{ type: "FailureTarget", status: "True", reason: "Old" }] }),
      [],
      0,
      "FailureTarget: Old",
    ],
    [
      "does nothing for a Job on its way out",
      { ...job(), metadata: { name: "sum", deletionTimestamp: seconds(0) } },
      [],
      0,
      "none",
    ],
  ])("%s", (_what, object, pods, at, expected) => {
    expect(decide(object, pods, at)).toBe(expected);
  });

  it.each<[string, Job, readonly Pod[], number, string]>([
    ["gives each Pod an index", job(indexed), [], 0, "create 0,1,2"],
    ["gives none twice", job(indexed), [pod("Running", { index: 1 })], 0, "create 0,2"],
    ["goes on where the status is", job(indexed, { completedIndexes: "0-1" }), [], 0, "create 2"],
    [
      "drops the second of an index and one without",
      job(indexed),
      [
        pod("Running", { index: 0 }),
        pod("Running", { index: 0 }),
        pod("Running"),
        pod("Running", { index: 7 }),
      ],
      0,
      "drop 0,2,3",
    ],
    [
      "counts an index once",
      job({ ...indexed, completions: 2 }),
      [pod("Succeeded", { index: 0 }), pod("Succeeded", { index: 0 })],
      0,
      "create 1",
    ],
    [
      "begins an index anew after a wait of its own",
      job({ ...perIndex, completions: 2 }),
      [pod("Failed", { index: 0, endedAt: 5 }), pod("Running", { index: 1 })],
      5,
      "none until 15",
    ],
    [
      "doesn't let one index wait for another",
      job({ ...perIndex, completions: 2 }),
      [pod("Failed", { index: 0, endedAt: 5 })],
      5,
      "create 1",
    ],
    [
      "gives up an index past its limit, and the Job when all are through",
      job({ ...perIndex, completions: 2 }),
      [pod("Failed", { index: 0, failures: 1 }), pod("Succeeded", { index: 1 })],
      0,
      "FailureTarget: FailedIndexes",
    ],
    [
      "fails past the number of indexes that may",
      job({ ...perIndex, maxFailedIndexes: 0 }),
      [pod("Failed", { index: 0, failures: 1 })],
      0,
      "FailureTarget: MaxFailedIndexesExceeded",
    ],
    [
      "gives up an index at once by its policy",
      job({ ...perIndex, completions: 1, podFailurePolicy: policy("FailIndex") }),
      [pod("Failed", { index: 0, exitCode: 42 })],
      0,
      "FailureTarget: FailedIndexes",
    ],
    [
      "succeeds by the indexes its policy names",
      job({ ...indexed, successPolicy: { rules: [{ succeededIndexes: "0,2" }] } }),
      [pod("Succeeded", { index: 0 }), pod("Running", { index: 1 }), pod("Succeeded", { index: 2 })],
      0,
      "SuccessCriteriaMet: SuccessPolicy",
    ],
    [
      "isn't content with others than those",
      job({ ...indexed, successPolicy: { rules: [{ succeededIndexes: "0,2" }] } }),
      [pod("Succeeded", { index: 0 }), pod("Succeeded", { index: 1 }), pod("Running", { index: 2 })],
      0,
      "none",
    ],
    [
      "succeeds by as many as its policy asks for",
      job({ ...indexed, successPolicy: { rules: [{ succeededCount: 1 }] } }),
      [pod("Succeeded", { index: 1 }), pod("Running", { index: 0 }), pod("Running", { index: 2 })],
      0,
      "SuccessCriteriaMet: SuccessPolicy",
    ],
  ])("with indexes: %s", (_what, object, pods, at, expected) => {
    expect(decide(object, pods, at)).toBe(expected);
  });
});
