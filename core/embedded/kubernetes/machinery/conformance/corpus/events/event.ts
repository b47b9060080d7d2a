import { changes, kindCorpus, mutations } from "../corpus.ts";

const newer = {
  apiVersion: "events.k8s.io/v1",
  kind: "Event",
  metadata: { name: "corpus" },
  eventTime: "2026-01-01T00:00:00.000000Z",
  reportingController: "example.com/controller",
  reportingInstance: "a",
  action: "Start",
  reason: "Started",
  type: "Normal",
  note: "it runs",
  regarding: { kind: "Pod", namespace: "default", name: "web" },
};

const observed = "2026-01-01T00:00:00.000000Z";

/** What is tried of an Event as `events.k8s.io/v1` has it. */
export const newerEventCorpus = kindCorpus(
  "events.k8s.io/v1/Event",
  mutations(newer, {
    "metadata.name": ["A b", "a.b"],
    eventTime: [undefined, null],
    reportingController: ["", "a b"],
    reportingInstance: ["", "x".repeat(129)],
    action: [""],
    reason: ["", undefined],
    type: ["", "Odd", "Warning"],
    note: ["x".repeat(1025), undefined],
    regarding: [undefined, { kind: "Pod", namespace: "other", name: "web" }, { kind: "Node", name: "a" }],
    series: [
      { count: 2, lastObservedTime: observed },
      { count: 1, lastObservedTime: observed },
      { count: 2, lastObservedTime: null },
      {},
    ],
    deprecatedCount: [1],
    deprecatedFirstTimestamp: ["2026-01-01T00:00:00Z"],
    deprecatedLastTimestamp: ["2026-01-01T00:00:00Z"],
    deprecatedSource: [{ component: "a" }],
  }),
  changes(newer, {
    series: [
      { count: 2, lastObservedTime: observed },
      { count: 1, lastObservedTime: null },
    ],
    note: ["it ran"],
    type: ["Warning"],
    regarding: [{ kind: "Pod", namespace: "default", name: "other" }],
    related: [{ kind: "Pod", namespace: "default", name: "other" }],
    action: ["Stop"],
    reason: ["Other"],
    reportingController: ["example.com/other"],
    reportingInstance: ["b"],
    eventTime: ["2026-01-01T00:00:01.000000Z"],
    deprecatedCount: [1],
    "metadata.labels": [{ a: "b" }],
  }),
);
