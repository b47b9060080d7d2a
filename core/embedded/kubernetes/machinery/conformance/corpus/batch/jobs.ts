import { template } from "../apps/objects.ts";
import { changes, kindCorpus, mutations, topicCorpus } from "../corpus.ts";

const once = { spec: { ...template.spec, restartPolicy: "Never" } };

const job = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "work" },
  spec: { template: once },
};

const indexed = { ...job, spec: { ...job.spec, completionMode: "Indexed", completions: 5, parallelism: 5 } };
const patterns = (count: number) => Array.from({ length: count }, (_, index) => ({ type: `T${index}` }));

const specs = {
  parallelism: [0, 5, -1],
  completions: [0, 5, -1],
  activeDeadlineSeconds: [5, -1],
  backoffLimit: [0, -1],
  ttlSecondsAfterFinished: [0, -1],
  backoffLimitPerIndex: [1, -1],
  maxFailedIndexes: [1, -1],
  completionMode: ["Indexed", "Other"],
  suspend: [true],
  managedBy: ["a.example/b", "", "a", "A_/b", "a.example/b c", `a.example/${"x".repeat(60)}`],
  podReplacementPolicy: ["Failed", "TerminatingOrFailed", "Other"],
  manualSelector: [true],
  successPolicy: [{ rules: [{ succeededCount: 1 }] }],
  "template.spec.restartPolicy": ["Always", "", "OnFailure", "Other", undefined],
  "template.spec.containers": [[]],
  "template.metadata.labels": [
    { app: "web" },
    { "a b": "c" },
    { "job-name": "other" },
    { "controller-uid": "other" },
  ],
  "template.spec.nodeSelector": [{ "beta.kubernetes.io/os": "linux" }],
  template: [undefined],
  podFailurePolicy: [
    { rules: [] },
    { rules: [{ action: "FailJob", onExitCodes: { operator: "In", values: [1, 2] } }] },
    { rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget" }] }] },
    { rules: [{ action: "", onExitCodes: { operator: "", values: [] } }] },
    { rules: [{ action: "Other", onExitCodes: { operator: "Other", values: [2, 1, 1, 0] } }] },
    { rules: [{ action: "FailIndex", onExitCodes: { operator: "In", values: [0] } }] },
    { rules: [{ action: "Count", onExitCodes: { containerName: "other", operator: "NotIn", values: [0] } }] },
    { rules: [{ action: "Count", onExitCodes: { containerName: "web", operator: "NotIn", values: [0] } }] },
    { rules: [{ action: "Count" }] },
    {
      rules: [
        {
          action: "Count",
          onExitCodes: { operator: "In", values: [1] },
          onPodConditions: [{ type: "a b", status: "Other" }],
        },
      ],
    },
    { rules: [{ action: "Count", onPodConditions: patterns(21) }] },
    {
      rules: [
        {
          action: "Count",
          onExitCodes: { operator: "In", values: Array.from({ length: 256 }, (_, index) => index + 1) },
        },
      ],
    },
    {
      rules: Array.from({ length: 21 }, () => ({ action: "Count", onPodConditions: patterns(1) })),
    },
  ],
  "a failure policy while containers restart": {
    "template.spec.restartPolicy": "OnFailure",
    podFailurePolicy: { rules: [{ action: "Ignore", onPodConditions: patterns(1) }] },
  },
  "a failure policy with early replacement": {
    podReplacementPolicy: "TerminatingOrFailed",
    podFailurePolicy: { rules: [{ action: "Ignore", onPodConditions: patterns(1) }] },
  },
};

const below = (prefix: string) =>
  Object.fromEntries(
    Object.entries(specs).map(([key, given]) =>
      Array.isArray(given)
        ? [`${prefix}.${key}`, given]
        : [
            key,
            Object.fromEntries(Object.entries(given).map(([path, value]) => [`${prefix}.${path}`, value])),
          ],
    ),
  );

export const jobs = topicCorpus(
  "batch/v1/Job",
  "spec",
  mutations(job, {
    ...below("spec"),
    "metadata.name": ["a.b", "Work", "x".repeat(63)],
    "metadata.labels": [{ a: "b" }],
    "spec.selector": [
      { matchLabels: { a: "b" } },
      { matchLabels: { "batch.kubernetes.io/job-name": "work" } },
      { matchExpressions: [{ key: "a", operator: "Other" }] },
    ],
    "a selector of one's own": {
      "spec.manualSelector": true,
      "spec.selector": { matchLabels: { app: "web" } },
      "spec.template.metadata": { labels: { app: "web" } },
    },
    "a selector of one's own, of others": {
      "spec.manualSelector": true,
      "spec.selector": { matchLabels: { app: "other" } },
      "spec.template.metadata": { labels: { app: "web" } },
    },
  }),
  mutations(
    indexed,
    {
      "metadata.name": ["x".repeat(62), "a.b"],
      "spec.completions": [undefined, 0, 100001],
      "spec.parallelism": [100001, 100000],
      "spec.backoffLimitPerIndex": [1, -1],
      "spec.maxFailedIndexes": [1],
      "more failed than indexes": { "spec.backoffLimitPerIndex": 1, "spec.maxFailedIndexes": 6 },
      "very many": { "spec.completions": 200000, "spec.parallelism": 20000 },
      "very many, with a limit for each": {
        "spec.completions": 200000,
        "spec.parallelism": 20000,
        "spec.backoffLimitPerIndex": 1,
      },
      "very many, that may fail": {
        "spec.completions": 200000,
        "spec.backoffLimitPerIndex": 1,
        "spec.maxFailedIndexes": 100001,
      },
      "an index that fails": {
        "spec.backoffLimitPerIndex": 1,
        "spec.podFailurePolicy": { rules: [{ action: "FailIndex", onPodConditions: patterns(1) }] },
      },
      "spec.successPolicy": [
        {},
        { rules: [] },
        { rules: [{}] },
        { rules: [{ succeededCount: 3 }] },
        { rules: [{ succeededCount: 6 }] },
        { rules: [{ succeededCount: -1 }] },
        { rules: [{ succeededIndexes: "0,2-4" }] },
        { rules: [{ succeededIndexes: "0,2-4", succeededCount: 5 }] },
        { rules: [{ succeededIndexes: "5" }] },
        { rules: [{ succeededIndexes: "1-9" }] },
        { rules: [{ succeededIndexes: "3-1" }] },
        { rules: [{ succeededIndexes: "2,1" }] },
        { rules: [{ succeededIndexes: "1-2-3" }] },
        { rules: [{ succeededIndexes: "a,1-b" }] },
        { rules: [{ succeededIndexes: "1-b" }] },
        { rules: [{ succeededIndexes: "" }] },
        { rules: Array.from({ length: 21 }, () => ({ succeededCount: 1 })) },
      ],
    },
    "indexed: ",
  ),
);

const changed = {
  "nothing changed": {},
  "metadata.labels": [{ a: "b" }],
  "spec.parallelism": [3, -1],
  "spec.completions": [3, undefined],
  "spec.backoffLimit": [3],
  "spec.activeDeadlineSeconds": [5],
  "spec.ttlSecondsAfterFinished": [5],
  "spec.suspend": [true, false],
  "spec.completionMode": ["Indexed"],
  "spec.selector": [{ matchLabels: { a: "b" } }],
  "spec.manualSelector": [true],
  "spec.podFailurePolicy": [{ rules: [{ action: "Ignore", onPodConditions: patterns(1) }] }],
  "spec.backoffLimitPerIndex": [1],
  "spec.managedBy": ["a.example/b"],
  "spec.podReplacementPolicy": ["Failed"],
  "spec.template.spec.containers[0].image": ["other"],
  "spec.template.spec.containers[0].resources": [{ requests: { cpu: "1" } }],
  "spec.template.spec.nodeSelector": [{ a: "b" }],
  "spec.template.spec.tolerations": [[{ key: "a", operator: "Exists" }]],
  "spec.template.spec.affinity": [
    { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: {} }] } },
    { podAffinity: {} },
  ],
  "spec.template.spec.schedulingGates": [[{ name: "a" }]],
  "spec.template.metadata.annotations": [{ a: "b" }],
  "spec.template.metadata.labels.more": ["b"],
};

export const jobUpdates = topicCorpus(
  "batch/v1/Job",
  "update",
  changes(job, changed),
  changes({ ...job, spec: { ...job.spec, suspend: true } }, changed, {}, "update while suspended: "),
  changes(
    indexed,
    {
      "spec.completions": [3, undefined],
      "in tandem": { "spec.completions": 3, "spec.parallelism": 3 },
      "spec.successPolicy": [{ rules: [{ succeededCount: 1 }] }],
    },
    {},
    "update when indexed: ",
  ),
);

const start = "2026-01-01T00:00:00Z";
const end = "2026-01-01T01:00:00Z";
const conditions = (...types: string[]) => types.map((type) => ({ type, status: "True" }));

export const jobStatus = topicCorpus(
  "batch/v1/Job",
  "status",
  changes(
    job,
    {
      "status.active": [1, -1],
      "status.succeeded": [1, -1],
      "status.failed": [1, -1],
      "status.ready": [1, -1],
      "status.terminating": [1, -1],
      "status.startTime": [start],
      "status.completionTime": [end],
      "status.completedIndexes": ["0"],
      "status.failedIndexes": ["0"],
      "status.uncountedTerminatedPods": [{ succeeded: ["a"], failed: ["a", ""] }, { succeeded: ["b", "b"] }],
      "status.conditions": [
        conditions("Complete"),
        conditions("Failed"),
        conditions("Complete", "Failed", "FailureTarget", "SuccessCriteriaMet"),
        conditions("SuccessCriteriaMet"),
        conditions("FailureTarget"),
        conditions("SuccessCriteriaMet", "FailureTarget"),
      ],
      "complete as it shall be": {
        "status.startTime": start,
        "status.completionTime": end,
        "status.conditions": conditions("SuccessCriteriaMet", "Complete"),
      },
      "complete before the start": {
        "status.startTime": end,
        "status.completionTime": start,
        "status.conditions": conditions("SuccessCriteriaMet", "Complete"),
      },
      "complete with Pods": {
        "status.startTime": start,
        "status.completionTime": end,
        "status.active": 1,
        "status.terminating": 1,
        "status.uncountedTerminatedPods": { succeeded: ["a"] },
        "status.conditions": conditions("SuccessCriteriaMet", "Complete"),
      },
      "failed as it shall be": {
        "status.startTime": start,
        "status.conditions": conditions("FailureTarget", "Failed"),
      },
    },
    { subresource: "status" },
    "",
  ),
  changes(
    indexed,
    {
      "status.completedIndexes": ["0-2", "9", "x"],
      "status.failedIndexes": ["0"],
    },
    { subresource: "status" },
    "indexed: ",
  ),
  changes(
    { ...indexed, spec: { ...indexed.spec, backoffLimitPerIndex: 1 } },
    {
      "status.failedIndexes": ["0", "9", ""],
      "overlapping indexes": { "status.completedIndexes": "0,2-4", "status.failedIndexes": "1,3" },
      "indexes side by side": { "status.completedIndexes": "0,3-4", "status.failedIndexes": "1-2" },
    },
    { subresource: "status" },
    "a limit for each index: ",
  ),
  changes(
    job,
    {
      "status.conditions": [[]],
      "status.succeeded": [0],
      "status.failed": [0],
      "status.completionTime": ["2026-01-01T02:00:00Z", undefined],
      "status.startTime": ["2026-01-01T00:30:00Z", undefined],
    },
    {
      subresource: "status",
      status: {
        startTime: start,
        completionTime: end,
        succeeded: 1,
        failed: 1,
        conditions: conditions("SuccessCriteriaMet", "Complete"),
      },
    },
    "of a complete Job: ",
  ),
);

const cronJob = {
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: "work" },
  spec: { schedule: "0 * * * *", jobTemplate: { spec: job.spec } },
};

const schedules = [
  "",
  " ",
  "* * * *",
  "* * * * * *",
  "60 * * * *",
  "*/5 1-3,5 1 jan sun",
  "* * 0 * *",
  "* * * * 7",
  "* * * 13 *",
  "5-1 * * * *",
  "1-2-3 * * * *",
  "1/2/3 * * * *",
  "*/0 * * * *",
  "a * * * *",
  "-1 * * * *",
  "*-5 * * * *",
  ", * * * *",
  "? ? ? ? ?",
  "@hourly",
  "@every 1h30m",
  "@every x",
  "@other",
  " @hourly",
  "TZ=UTC 0 * * * *",
  "CRON_TZ=Foo/Bar 0 * * * *",
  "0 * * * MON-FRI",
];

export const cronJobs = kindCorpus(
  "batch/v1/CronJob",
  mutations(cronJob, {
    ...below("spec.jobTemplate.spec"),
    "metadata.name": ["a.b", "Work", "x".repeat(52), "x".repeat(53)],
    "spec.schedule": schedules,
    "spec.timeZone": [
      "UTC",
      "Etc/UTC",
      "Europe/Berlin",
      "",
      "Foo/Bar",
      "Local",
      "local",
      "../UTC",
      "-x",
      "US/Pacific",
      "europe/berlin",
    ],
    "spec.concurrencyPolicy": ["Forbid", "Replace", "Other", ""],
    "spec.suspend": [true],
    "spec.startingDeadlineSeconds": [0, -1],
    "spec.successfulJobsHistoryLimit": [0, -1],
    "spec.failedJobsHistoryLimit": [0, -1],
    "spec.jobTemplate.spec.selector": [{ matchLabels: { a: "b" } }],
    "spec.jobTemplate.metadata": [{ labels: { "a b": "c" } }],
  }),
  changes(cronJob, {
    "spec.schedule": ["5 * * * *", "TZ=UTC 0 * * * *", "", "x"],
    "spec.timeZone": ["UTC", "Foo/Bar"],
    "spec.jobTemplate.spec.completions": [5],
    "spec.jobTemplate.spec.template.spec.nodeSelector": [{ "beta.kubernetes.io/os": "linux" }],
    "metadata.labels": [{ a: "b" }],
  }),
  changes(
    cronJob,
    {
      "status.lastScheduleTime": [start],
      "status.active": [[{ kind: "Job", name: "a" }]],
      "spec.suspend": [true],
    },
    { subresource: "status" },
    "status: ",
  ),
);
