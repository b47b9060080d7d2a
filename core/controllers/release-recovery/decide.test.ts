import type { HelmRelease } from "@catalyst/ports/flux";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide, type RecoveryDecision } from "./decide.ts";
import {
  auditMessage,
  correctedAtAnnotation,
  defaultRecoverySettings,
  inProgressAnnotation,
  recoveryName,
  toggledAtAnnotation,
} from "./settings.ts";
import { ago, helmSecret, minutes, ready, snapshot, start, stuckRelease } from "./testing/releases.ts";

const settings = defaultRecoverySettings;

/** What a decision is called in the tables: `toggle-suspend suspend`, `leave-alone suspended`. */
function named(decision: RecoveryDecision): string {
  return `${decision.action} ${decision.action === "leave-alone" ? decision.reason : decision.step}`;
}

const judged = (release: HelmRelease, stored?: KubeObject, now = start) =>
  named(decide(release, stored, now, settings));

const installing = { history: [], conditions: [ready("Unknown", ago(10))] };
const marked = (mark: string, more: Record<string, string> = {}) => ({
  annotations: { [inProgressAnnotation]: mark, ...more },
});
const odd = (value: unknown) => value as never;

type Row = readonly [words: string, release: HelmRelease, stored: KubeObject | undefined, decision: string];

describe("the replay of four releases", () => {
  test.each<Row>([
    ["deployed, Ready Unknown", stuckRelease(), helmSecret("deployed"), "correct-ready begin"],
    [
      "its install is pending",
      stuckRelease({ status: installing }),
      helmSecret("pending-install"),
      "toggle-suspend suspend",
    ],
    [
      "annotated",
      stuckRelease({ metadata: { annotations: { [correctedAtAnnotation]: ago(30) } } }),
      helmSecret("deployed"),
      "leave-alone already-corrected",
    ],
    [
      "ready",
      stuckRelease({ status: { conditions: [ready("True", ago(10))] } }),
      helmSecret("deployed"),
      "leave-alone not-unknown",
    ],
  ])("%s", (_, release, stored, decision) => expect(judged(release, stored)).toBe(decision));
});

const rows: readonly Row[] = [
  // Ready
  ["no conditions yet", stuckRelease({ status: { conditions: [] } }), undefined, "leave-alone not-unknown"],
  ["no status at all", { ...stuckRelease(), status: odd({}) }, undefined, "leave-alone not-unknown"],
  [
    "Ready False: Flux says what is wrong",
    stuckRelease({ status: { conditions: [ready("False", ago(10))] } }),
    helmSecret("failed"),
    "leave-alone not-unknown",
  ],
  [
    "Ready False though the install is pending",
    stuckRelease({ status: { conditions: [ready("False", ago(10))], history: [] } }),
    helmSecret("pending-install"),
    "leave-alone not-unknown",
  ],
  [
    "another condition is Unknown, Ready isn't there",
    stuckRelease({ status: { conditions: [{ ...ready("Unknown", ago(10)), type: "Released" }] } }),
    helmSecret("deployed"),
    "leave-alone not-unknown",
  ],
  [
    "Unknown for exactly the threshold",
    stuckRelease({ status: { conditions: [ready("Unknown", ago(5))], history: [snapshot()] } }),
    helmSecret("deployed"),
    "leave-alone younger-than-threshold",
  ],
  [
    "Unknown for a minute",
    stuckRelease({ status: { conditions: [ready("Unknown", ago(1))], history: [snapshot()] } }),
    helmSecret("deployed"),
    "leave-alone younger-than-threshold",
  ],
  [
    "Unknown since half a minute from now: rounding",
    stuckRelease({ status: { conditions: [ready("Unknown", ago(-0.5))], history: [snapshot()] } }),
    helmSecret("deployed"),
    "leave-alone younger-than-threshold",
  ],
  [
    "Unknown since an hour from now: a clock is ahead",
    stuckRelease({ status: { conditions: [ready("Unknown", ago(-60))], history: [snapshot()] } }),
    helmSecret("deployed"),
    "leave-alone clock-ahead",
  ],
  // never touched
  [
    "being deleted",
    stuckRelease({ metadata: { deletionTimestamp: ago(1) } }),
    helmSecret("deployed"),
    "leave-alone being-deleted",
  ],
  [
    "being deleted, its install pending",
    stuckRelease({ metadata: { deletionTimestamp: ago(1) }, status: installing }),
    helmSecret("pending-install"),
    "leave-alone being-deleted",
  ],
  [
    "being deleted, suspended by a killed run",
    stuckRelease({
      metadata: { deletionTimestamp: ago(1), ...marked(`toggle-suspend ${ago(3)}`) },
      spec: { suspend: true },
    }),
    helmSecret("pending-install"),
    "leave-alone being-deleted",
  ],
  [
    "suspended by a person",
    stuckRelease({ spec: { suspend: true } }),
    helmSecret("deployed"),
    "leave-alone suspended",
  ],
  [
    "suspended by a person, its install pending",
    stuckRelease({ spec: { suspend: true }, status: installing }),
    helmSecret("pending-install"),
    "leave-alone suspended",
  ],
  [
    "suspended by a person after a toggle of ours had ended",
    stuckRelease({
      spec: { suspend: true },
      status: installing,
      metadata: { annotations: { [toggledAtAnnotation]: ago(20) } },
    }),
    helmSecret("pending-install"),
    "leave-alone suspended",
  ],
  [
    "suspended by a person while a killed run's correction is open",
    stuckRelease({ spec: { suspend: true }, metadata: marked(`correct-ready ${ago(3)}`) }),
    helmSecret("deployed"),
    "leave-alone suspended",
  ],
  [
    "corrected before, its install pending",
    stuckRelease({
      status: installing,
      metadata: { annotations: { [correctedAtAnnotation]: ago(60) } },
    }),
    helmSecret("pending-install"),
    "leave-alone already-corrected",
  ],
  [
    "the annotation is there and empty",
    stuckRelease({ metadata: { annotations: { [correctedAtAnnotation]: "" } } }),
    helmSecret("deployed"),
    "correct-ready begin",
  ],
  // branch A
  [
    "an install that began a minute ago, after a long wait",
    stuckRelease({ status: installing }),
    helmSecret("pending-install", { since: 1 }),
    "leave-alone younger-than-threshold",
  ],
  [
    "Helm may take half an hour for everything",
    stuckRelease({ spec: { timeout: "30m" }, status: installing }),
    helmSecret("pending-install"),
    "leave-alone within-timeout",
  ],
  [
    "Helm may take half an hour for the install",
    stuckRelease({ spec: { timeout: "1m", install: { timeout: "30m" } }, status: installing }),
    helmSecret("pending-install"),
    "leave-alone within-timeout",
  ],
  [
    "the upgrade alone may take long",
    stuckRelease({ spec: { upgrade: { timeout: "30m" } }, status: installing }),
    helmSecret("pending-install"),
    "toggle-suspend suspend",
  ],
  [
    "toggled two minutes ago: Flux is given time",
    stuckRelease({
      status: installing,
      metadata: { annotations: { [toggledAtAnnotation]: ago(2) } },
    }),
    helmSecret("pending-install"),
    "leave-alone younger-than-threshold",
  ],
  [
    "toggled six minutes ago, in vain",
    stuckRelease({
      status: installing,
      metadata: { annotations: { [toggledAtAnnotation]: ago(6) } },
    }),
    helmSecret("pending-install"),
    "toggle-suspend suspend",
  ],
  [
    "pending, and its spec was changed since",
    stuckRelease({ metadata: { generation: 2 }, status: installing }),
    helmSecret("pending-install"),
    "toggle-suspend suspend",
  ],
  [
    "pending without a time of its own",
    stuckRelease({ status: installing }),
    {
      ...helmSecret("pending-install"),
      metadata: { name: "s", labels: { status: "pending-install", version: "1" } },
    },
    "toggle-suspend suspend",
  ],
  [
    "installed again: an older revision is in the history",
    stuckRelease(),
    helmSecret("pending-install", { version: 2 }),
    "toggle-suspend suspend",
  ],
  // branch B
  ["deployed, and Helm's Secret can't be found", stuckRelease(), undefined, "correct-ready begin"],
  [
    "an upgrade is under way: the history still begins with the release before",
    stuckRelease(),
    helmSecret("pending-upgrade", { version: 2 }),
    "leave-alone not-recoverable",
  ],
  [
    "a rollback is under way",
    stuckRelease(),
    helmSecret("pending-rollback", { version: 3 }),
    "leave-alone not-recoverable",
  ],
  [
    "Helm deployed a revision that the history doesn't know",
    stuckRelease(),
    helmSecret("deployed", { version: 2 }),
    "leave-alone not-recoverable",
  ],
  ["Helm says that it failed", stuckRelease(), helmSecret("failed"), "leave-alone not-recoverable"],
  ["it is being uninstalled", stuckRelease(), helmSecret("uninstalling"), "leave-alone not-recoverable"],
  [
    "the history begins with a failed release",
    stuckRelease({ status: { ...installing, history: [snapshot("failed", 2), snapshot("deployed", 1)] } }),
    helmSecret("failed", { version: 2 }),
    "leave-alone not-recoverable",
  ],
  [
    "no history and no Secret: it never began",
    stuckRelease({ status: installing }),
    undefined,
    "leave-alone not-recoverable",
  ],
  [
    "its spec was changed since Helm deployed it",
    stuckRelease({ metadata: { generation: 2 } }),
    helmSecret("deployed"),
    "leave-alone changed-since",
  ],
  // what a killed run left
  [
    "suspended by a run that may still be alive",
    stuckRelease({ metadata: marked(`toggle-suspend ${ago(0.5)}`), spec: { suspend: true } }),
    helmSecret("pending-install"),
    "leave-alone run-under-way",
  ],
  [
    "suspended by a run that was killed",
    stuckRelease({ metadata: marked(`toggle-suspend ${ago(2)}`), spec: { suspend: true } }),
    helmSecret("pending-install"),
    "toggle-suspend resume",
  ],
  [
    "suspended by a run that was killed; Flux said False meanwhile",
    stuckRelease({
      metadata: marked(`toggle-suspend ${ago(2)}`),
      spec: { suspend: true },
      status: { conditions: [ready("False", ago(1))] },
    }),
    helmSecret("failed"),
    "toggle-suspend resume",
  ],
  [
    "suspended by a killed run, and by a commit since",
    stuckRelease({
      metadata: {
        ...marked(`toggle-suspend ${ago(2)}`),
        managedFields: [
          { manager: recoveryName, fieldsV1: { "f:spec": { "f:suspend": {} } } },
          { manager: "kustomize-controller", fieldsV1: { "f:spec": { "f:interval": {}, "f:suspend": {} } } },
        ],
      },
      spec: { suspend: true },
    }),
    helmSecret("pending-install"),
    "toggle-suspend unmark",
  ],
  [
    "suspended by a killed run, resumed by a person",
    stuckRelease({ metadata: marked(`toggle-suspend ${ago(2)}`) }),
    helmSecret("pending-install"),
    "toggle-suspend unmark",
  ],
  [
    "annotated by a run that may still be alive",
    stuckRelease({
      metadata: marked(`correct-ready ${ago(0.5)}`, { [correctedAtAnnotation]: ago(0.5) }),
    }),
    helmSecret("deployed"),
    "leave-alone run-under-way",
  ],
  [
    "annotated by a run that was killed before it wrote Ready",
    stuckRelease({ metadata: marked(`correct-ready ${ago(2)}`, { [correctedAtAnnotation]: ago(2) }) }),
    helmSecret("deployed"),
    "correct-ready finish",
  ],
  [
    "annotated by a killed run; by now another version is asked for",
    stuckRelease({
      metadata: { generation: 2, ...marked(`correct-ready ${ago(2)}`, { [correctedAtAnnotation]: ago(2) }) },
    }),
    helmSecret("deployed"),
    "correct-ready take-back",
  ],
  [
    "corrected by a run that was killed before it took its mark away",
    stuckRelease({
      metadata: marked(`correct-ready ${ago(2)}`, { [correctedAtAnnotation]: ago(2) }),
      status: { conditions: [ready("True", ago(2), { message: auditMessage })] },
    }),
    helmSecret("deployed"),
    "correct-ready unmark",
  ],
  [
    "annotated by a killed run; Flux has begun something since",
    stuckRelease({
      metadata: marked(`correct-ready ${ago(4)}`, { [correctedAtAnnotation]: ago(4) }),
      status: { conditions: [ready("Unknown", ago(1))] },
    }),
    helmSecret("deployed"),
    "correct-ready unmark",
  ],
  // what can't be judged
  [
    "a mark that nobody wrote",
    stuckRelease({ metadata: marked("yes") }),
    helmSecret("deployed"),
    "leave-alone malformed",
  ],
  [
    "Ready without a time",
    stuckRelease({ status: { conditions: [ready("Unknown", "soon")] } }),
    helmSecret("deployed"),
    "leave-alone malformed",
  ],
  [
    "conditions that are no list",
    { ...stuckRelease(), status: odd({ conditions: "Ready" }) },
    undefined,
    "leave-alone malformed",
  ],
  ["a status that is no object", { ...stuckRelease(), status: odd("x") }, undefined, "leave-alone malformed"],
  ["a spec that is no object", { ...stuckRelease(), spec: odd(null) }, undefined, "leave-alone malformed"],
  [
    "a history that is no list",
    stuckRelease({ status: { conditions: [ready("Unknown", ago(10))], history: odd({}) } }),
    undefined,
    "leave-alone malformed",
  ],
  [
    "a timeout that is no duration",
    stuckRelease({ spec: { timeout: "long" }, status: installing }),
    helmSecret("pending-install"),
    "leave-alone malformed",
  ],
  [
    "a Secret of Helm's without labels",
    stuckRelease(),
    { ...helmSecret("deployed"), metadata: { name: "sh.helm.release.v1.site.v1" } },
    "leave-alone malformed",
  ],
  [
    "a Secret of Helm's whose version is no number",
    stuckRelease(),
    { ...helmSecret("deployed"), metadata: { name: "s", labels: { status: "deployed", version: "new" } } },
    "leave-alone malformed",
  ],
];

test("the table of states is no smaller than was asked for", () =>
  expect(rows.length).toBeGreaterThanOrEqual(40));

test.each(rows)("%s", (_, release, stored, decision) => expect(judged(release, stored)).toBe(decision));

test("what is too young says when it is old enough, to the millisecond", () => {
  const release = stuckRelease({
    status: { conditions: [ready("Unknown", ago(1))], history: [snapshot()] },
  });
  const decision = decide(release, undefined, start, settings);
  const { recheckAfter = 0 } = decision as { readonly recheckAfter?: number };
  expect(judged(release, undefined, start + recheckAfter - 1)).toBe("leave-alone younger-than-threshold");
  expect(judged(release, undefined, start + recheckAfter)).toBe("correct-ready begin");
});

describe("properties", () => {
  // As often about the threshold as anywhere.
  const moment = fc
    .oneof(fc.integer({ min: -120, max: 240 }), fc.integer({ min: 0, max: 8 }))
    .map((count) => ago(count));
  // Absent as often as not: seldom absent, hardly any release would be acted on but for what is tested.
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
  const statuses = fc.constantFrom("deployed", "failed", "superseded", "pending-install", "pending-upgrade");
  const release = fc
    .record({
      deletedAt: maybe(moment),
      suspend: maybe(fc.boolean()),
      correctedAt: maybe(moment),
      toggledAt: maybe(moment),
      since: moment,
      status: fc.constantFrom("True", "False", "Unknown", "Unknown", "Unknown"),
      history: fc.array(statuses, { maxLength: 3 }),
      generation: fc.integer({ min: 1, max: 2 }),
      mark: maybe(fc.tuple(fc.constantFrom("toggle-suspend", "correct-ready"), moment)),
    })
    .map((parts) => {
      const annotations = Object.fromEntries(
        [
          [correctedAtAnnotation, parts.correctedAt],
          [toggledAtAnnotation, parts.toggledAt],
          [inProgressAnnotation, parts.mark?.join(" ")],
        ].filter(([, value]) => value !== undefined),
      );
      const object = stuckRelease({
        metadata: {
          generation: parts.generation,
          annotations,
          ...(parts.deletedAt === undefined ? {} : { deletionTimestamp: parts.deletedAt }),
        },
        spec: parts.suspend === undefined ? {} : { suspend: parts.suspend },
        status: {
          lastAttemptedGeneration: 1,
          conditions: [ready(parts.status as "True", parts.since)],
          history: parts.history.map((status, index) => snapshot(status, parts.history.length - index)),
        },
      });
      return { parts, object };
    });
  const secret = maybe(
    fc
      .record({
        status: statuses,
        version: fc.integer({ min: 1, max: 3 }),
        since: fc.integer({ max: 240, min: 0 }),
      })
      .map(({ status, ...more }) => helmSecret(status, more)),
  );
  const runs = { numRuns: 3000 };

  test("never begins with what a person suspended, what is deleted, what is young or what was corrected", () => {
    fc.assert(
      fc.property(release, secret, ({ parts, object }, stored) => {
        const decision = decide(object, stored, start, settings);
        if (decision.action === "leave-alone") return;
        expect(parts.deletedAt).toBeUndefined();
        const begins = decision.step === "suspend" || decision.step === "begin";
        // Only what carries the mark of a run is finished.
        if (!begins) {
          expect(parts.mark).toBeDefined();
          return;
        }
        expect(parts.suspend ?? false).toBe(false);
        expect(parts.correctedAt).toBeUndefined();
        expect(parts.status).toBe("Unknown");
        expect(start - Date.parse(parts.since)).toBeGreaterThan(settings.threshold);
      }),
      runs,
    );
  });

  test("never resumes what no run suspended, nor finishes a correction of something suspended", () => {
    fc.assert(
      fc.property(release, secret, ({ parts, object }, stored) => {
        const decision = decide(object, stored, start, settings);
        if (decision.action === "leave-alone" || parts.suspend !== true) return;
        expect(named(decision)).toBe("toggle-suspend resume");
        expect(parts.mark?.[0]).toBe("toggle-suspend");
        expect(start - Date.parse(parts.mark?.[1] ?? "")).toBeGreaterThan(settings.abandonedAfter);
      }),
      runs,
    );
  });

  test("a higher threshold never acts on more", () => {
    fc.assert(
      fc.property(release, secret, fc.integer({ min: 0, max: 60 }), ({ object }, stored, more) => {
        const patient = { ...settings, threshold: settings.threshold + minutes(more) };
        if (decide(object, stored, start, settings).action === "leave-alone")
          expect(decide(object, stored, start, patient).action).toBe("leave-alone");
      }),
      runs,
    );
  });
});
