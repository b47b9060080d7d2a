import type { Scenario, Step } from "../scenario.ts";
import { ended, isTrue, job, muchLater, template, unplaced } from "./objects.ts";

const jobs = "batch/v1/jobs";
const pods = "v1/pods";
const compared = [jobs, pods];
const active = (count: number): Step => ({ until: jobs, matching: { status: { active: count } } });
const finished = (type: string): Step => ({ until: jobs, matching: isTrue(type) });
const pending = { status: { phase: "Pending" } };
const ofIndex = (index: number) => ({
  ...pending,
  metadata: { labels: { "batch.kubernetes.io/job-completion-index": String(index) } },
});

export const jobScenarios: readonly Scenario[] = [
  {
    name: "a Job completes",
    compared,
    steps: [
      {
        create: job("sum", {
          completions: 3,
          parallelism: 2,
          template: template("sum", { restartPolicy: "Never" }),
        }),
      },
      finished("Complete"),
    ],
  },
  {
    name: "an Indexed Job completes",
    compared,
    steps: [
      {
        create: job("parts", {
          completions: 4,
          parallelism: 4,
          completionMode: "Indexed",
          template: template("parts", { restartPolicy: "Never" }),
        }),
      },
      finished("Complete"),
    ],
  },
  {
    name: "a Job fails after its limit",
    compared,
    steps: [
      { create: job("bad", { backoffLimit: 1, parallelism: 2, completions: 2, template: unplaced("bad") }) },
      active(2),
      { each: pods, status: ended(3, muchLater) },
      finished("Failed"),
    ],
  },
  {
    name: "a Job without completions ends with the last of its Pods",
    compared,
    steps: [
      { create: job("work", { parallelism: 2, template: unplaced("work") }) },
      active(2),
      { each: pods, status: ended(0), atMost: 1 },
      { until: jobs, matching: { status: { succeeded: 1, active: 1 } } },
      { each: pods, matching: pending, status: ended(0) },
      finished("Complete"),
    ],
  },
  {
    name: "a Job is suspended and goes on",
    compared,
    steps: [
      {
        create: job("later", { suspend: true, parallelism: 2, completions: 2, template: unplaced("later") }),
      },
      finished("Suspended"),
      { patch: `${jobs}/later`, with: { spec: { suspend: false } } },
      active(2),
      { patch: `${jobs}/later`, with: { spec: { suspend: true } } },
      { until: pods, count: 0 },
      finished("Suspended"),
    ],
  },
  {
    name: "a Job runs out of time",
    compared,
    steps: [
      { create: job("slow", { activeDeadlineSeconds: 2, template: unplaced("slow") }) },
      finished("Failed"),
    ],
  },
  {
    name: "a Job whose policy says which failures count",
    compared,
    steps: [
      {
        create: job("choosy", {
          backoffLimit: 0,
          template: unplaced("choosy"),
          podFailurePolicy: {
            rules: [
              { action: "Ignore", onExitCodes: { operator: "In", values: [7] } },
              { action: "FailJob", onExitCodes: { containerName: "main", operator: "In", values: [42] } },
            ],
          },
        }),
      },
      active(1),
      { each: pods, status: ended(7) },
      { until: pods, count: 2 },
      { each: pods, matching: pending, status: ended(42) },
      finished("Failed"),
    ],
  },
  {
    name: "an Indexed Job counts failures of each index",
    compared,
    steps: [
      {
        create: job("each", {
          completions: 3,
          parallelism: 3,
          completionMode: "Indexed",
          backoffLimitPerIndex: 0,
          template: unplaced("each"),
        }),
      },
      active(3),
      { each: pods, matching: ofIndex(0), status: ended(0) },
      { each: pods, matching: ofIndex(1), status: ended(1) },
      { until: jobs, matching: { status: { failedIndexes: "1", completedIndexes: "0" } } },
      { each: pods, matching: ofIndex(2), status: ended(0) },
      finished("Failed"),
    ],
  },
  {
    name: "an Indexed Job ends with too many failed indexes",
    compared,
    steps: [
      {
        create: job("most", {
          completions: 4,
          parallelism: 4,
          completionMode: "Indexed",
          backoffLimitPerIndex: 1,
          maxFailedIndexes: 1,
          podFailurePolicy: {
            rules: [{ action: "FailIndex", onExitCodes: { operator: "In", values: [9] } }],
          },
          template: unplaced("most"),
        }),
      },
      active(4),
      { each: pods, matching: ofIndex(0), status: ended(9) },
      { each: pods, matching: ofIndex(1), status: ended(9) },
      finished("FailureTarget"),
      { each: pods, matching: pending, status: ended(1) },
    ],
  },
  {
    name: "a Job succeeds by its policy",
    compared,
    steps: [
      {
        create: job("enough", {
          completions: 4,
          parallelism: 4,
          completionMode: "Indexed",
          successPolicy: { rules: [{ succeededIndexes: "0-2", succeededCount: 2 }] },
          template: unplaced("enough"),
        }),
      },
      active(4),
      { each: pods, matching: ofIndex(0), status: ended(0) },
      { each: pods, matching: ofIndex(2), status: ended(0) },
      finished("Complete"),
    ],
  },
  {
    name: "a Job that somebody else manages",
    compared,
    steps: [{ create: job("foreign", { managedBy: "example.com/theirs", template: unplaced("foreign") }) }],
  },
  {
    name: "a Job's Pods outlive it without its hold",
    compared,
    steps: [
      { create: job("gone", { template: unplaced("gone") }) },
      active(1),
      { delete: `${jobs}/gone`, propagation: "Orphan" },
      { until: jobs, count: 0 },
      { until: pods, count: 1 },
    ],
  },
];
