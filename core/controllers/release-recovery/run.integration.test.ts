import { type HelmRelease, helmReleases } from "@catalyst/ports/flux";
import { type ClusterClient, type Condition, type CoreEvent, events } from "@catalyst/ports/kubernetes";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type RecoveryEntry, type RunSummary, recoveryLine } from "./lines.ts";
import { recoverReleases } from "./run.ts";
import {
  auditMessage,
  correctedAtAnnotation,
  defaultRecoverySettings,
  inProgressAnnotation,
  toggledAtAnnotation,
} from "./settings.ts";
import { interrupted, meddled } from "./testing/interrupted.ts";
import { handClock, openRecoveryCluster, type RecoveryCluster } from "./testing/open-cluster.ts";
import { ago, helmSecret, minutes, ready, snapshot, stuckRelease } from "./testing/releases.ts";

let cluster: RecoveryCluster;
let clock: ReturnType<typeof handClock>;
beforeEach(async () => {
  cluster = await openRecoveryCluster();
  clock = handClock();
});
afterEach(() => cluster.close());

const key = { namespace: "shop", name: "site" };
const other: Condition = { ...ready("True", ago(30)), type: "Released", reason: "InstallSucceeded" };
const installing = { history: [], conditions: [other, ready("Unknown", ago(10))] };
const lost = { history: [snapshot()], conditions: [other, ready("Unknown", ago(10))] };

interface Ran extends RunSummary {
  readonly entries: readonly RecoveryEntry[];
  readonly lines: readonly string[];
}

async function run(
  client: ClusterClient = cluster.client,
  { dryRun = false, ...settings }: { dryRun?: boolean; limit?: number } = {},
): Promise<Ran> {
  const entries: RecoveryEntry[] = [];
  const summary = await recoverReleases({
    client,
    clock,
    settings: { ...defaultRecoverySettings, ...settings },
    dryRun,
    report: (entry) => entries.push(entry),
    signal: new AbortController().signal,
  });
  return { ...summary, entries, lines: entries.map(recoveryLine) };
}

const readyOf = (release: HelmRelease) =>
  release.status?.conditions?.find((condition) => condition.type === "Ready");
const isCorrected = (release: HelmRelease) => readyOf(release)?.message === auditMessage;
const annotationOf = (release: HelmRelease, name: string) => release.metadata.annotations?.[name];
const recorded = async () =>
  (await cluster.client.list<CoreEvent>(events, { namespace: "shop" })).items.map(
    (event) => `${event.type} ${event.reason} ${event.involvedObject.name}`,
  );

describe("branch B", () => {
  test("corrects Ready alone, and says so in annotation, Event and line", async () => {
    const before = await cluster.put(stuckRelease({ status: lost }));
    await cluster.store(helmSecret("deployed"));
    const { lines, corrected } = await run();
    const after = await cluster.get();
    expect(corrected).toBe(1);
    expect(after.status?.conditions).toEqual([
      other,
      {
        ...readyOf(before),
        status: "True",
        reason: "ReconciliationSucceeded",
        message: auditMessage,
        lastTransitionTime: "2026-06-01T12:00:00Z",
      },
    ]);
    expect({ ...after.status, conditions: [] }).toEqual({ ...before.status, conditions: [] });
    expect(after.spec).toEqual(before.spec);
    expect(after.metadata.annotations).toEqual({ [correctedAtAnnotation]: "2026-06-01T12:00:00Z" });
    expect(lines).toEqual([
      "stuck-hr-recovery detected shop/site branch=B action=correct-ready step=begin since=2026-06-01T11:50:00Z",
      "stuck-hr-recovery corrected shop/site branch=B action=correct-ready step=begin since=2026-06-01T11:50:00Z",
    ]);
    expect(await recorded()).toEqual(["Normal StuckReleaseCorrected site"]);
  });

  test("a second run finds nothing to do", async () => {
    await cluster.put(stuckRelease({ status: lost }));
    await run();
    const after = await cluster.get();
    clock.turn(minutes(2));
    expect((await run()).entries).toEqual([]);
    expect(await cluster.get()).toEqual(after);
  });
});

describe("branch A", () => {
  test("suspends, waits and resumes, and says so", async () => {
    const before = await cluster.put(stuckRelease({ status: installing }));
    await cluster.store(helmSecret("pending-install"));
    const suspended: unknown[] = [];
    const watched = meddled(cluster.client, 1, async () =>
      suspended.push((await cluster.get()).spec.suspend),
    );
    const { lines } = await run(watched);
    const after = await cluster.get();
    expect(suspended).toEqual([true]);
    expect(after.spec).toEqual({ ...before.spec, suspend: false });
    expect(after.status).toEqual(before.status);
    expect(after.metadata.annotations).toEqual({ [toggledAtAnnotation]: "2026-06-01T12:00:00Z" });
    expect(lines).toEqual([
      "stuck-hr-recovery detected shop/site branch=A action=toggle-suspend step=suspend since=2026-06-01T11:50:00Z",
      "stuck-hr-recovery corrected shop/site branch=A action=toggle-suspend step=suspend since=2026-06-01T11:50:00Z",
    ]);
    expect(await recorded()).toEqual(["Normal StuckReleaseCorrected site"]);
  });

  test("a run that is told to end resumes at once what it suspended", async () => {
    await cluster.put(stuckRelease({ status: installing }));
    await cluster.store(helmSecret("pending-install"));
    const stop = new AbortController();
    const ending = {
      now: () => clock.now(),
      sleep: async (_: number, signal?: AbortSignal) => {
        stop.abort();
        signal?.throwIfAborted();
      },
    };
    const settings = defaultRecoverySettings;
    const report = () => undefined;
    await recoverReleases({
      ...{ client: cluster.client, clock: ending, settings, report },
      dryRun: false,
      signal: stop.signal,
    });
    expect((await cluster.get()).spec.suspend).toBe(false);
  });

  test("leaves suspended what a commit suspended meanwhile", async () => {
    await cluster.put(stuckRelease({ status: installing }));
    await cluster.store(helmSecret("pending-install"));
    const { apiVersion, kind } = stuckRelease();
    const commit = () =>
      cluster.client.apply(
        helmReleases,
        { apiVersion, kind, metadata: key, spec: { suspend: true } } as unknown as HelmRelease,
        { fieldManager: "kustomize-controller" },
      );
    await run(meddled(cluster.client, 1, commit));
    const after = await cluster.get();
    expect(after.spec.suspend).toBe(true);
    expect(annotationOf(after, inProgressAnnotation)).toBeUndefined();
  });
});

test("the replay of four: B, A, skipped, nothing", async () => {
  await cluster.put(stuckRelease({ metadata: { name: "deployed" }, status: lost }));
  await cluster.put(stuckRelease({ metadata: { name: "pending" }, status: installing }));
  await cluster.store(helmSecret("pending-install", { name: "pending" }));
  await cluster.put(
    stuckRelease({
      metadata: { name: "annotated", annotations: { [correctedAtAnnotation]: ago(30) } },
      status: lost,
    }),
  );
  await cluster.put(
    stuckRelease({ metadata: { name: "ready" }, status: { conditions: [ready("True", ago(10))] } }),
  );
  const { lines, ...summary } = await run();
  expect(summary).toMatchObject({
    releases: 4,
    detected: 2,
    corrected: 2,
    skipped: 1,
    failed: 0,
    halted: false,
  });
  expect(lines.map((line) => line.split(" ").slice(1, 4).join(" ")).sort()).toEqual([
    "corrected shop/deployed branch=B",
    "corrected shop/pending branch=A",
    "detected shop/deployed branch=B",
    "detected shop/pending branch=A",
    "skipped shop/annotated reason=already-corrected:",
  ]);
});

test("a dry run says what would be done, and changes nothing", async () => {
  const before = [
    await cluster.put(stuckRelease({ metadata: { name: "deployed" }, status: lost })),
    await cluster.put(stuckRelease({ metadata: { name: "pending" }, status: installing })),
  ];
  await cluster.store(helmSecret("pending-install", { name: "pending" }));
  const { lines } = await run(cluster.client, { dryRun: true });
  expect(lines.filter((line) => line.includes(" would-correct "))).toHaveLength(2);
  expect([await cluster.get("deployed"), await cluster.get("pending")]).toEqual(before);
  expect(await recorded()).toEqual([]);
});

describe("the guardrail", () => {
  const many = async (count: number) => {
    for (let index = 0; index < count; index++) {
      const name = `r${String(index).padStart(2, "0")}`;
      const branch = index % 2 === 0 ? lost : installing;
      const conditions = [other, ready("Unknown", ago(10 + count - index))];
      await cluster.put(stuckRelease({ metadata: { name }, status: { ...branch, conditions } }));
      if (branch === installing) await cluster.store(helmSecret("pending-install", { name, since: 30 }));
    }
  };

  test("ten releases of both branches are corrected", async () => {
    await many(10);
    expect(await run()).toMatchObject({ detected: 10, corrected: 10, halted: false });
  });

  test("the eleventh is left, and that is told; the next run goes on with it", async () => {
    await many(11);
    const first = await run();
    expect(first).toMatchObject({ detected: 11, corrected: 10, halted: true });
    expect(first.lines.filter((line) => line.startsWith("stuck-hr-recovery halted "))).toEqual([
      expect.stringMatching(/^stuck-hr-recovery halted shop\/r10 candidates=11 limit=10: /),
    ]);
    expect(await recorded()).toContain("Warning StuckReleaseRecoveryHalted r10");
    expect(isCorrected(await cluster.get("r10"))).toBe(false);
    expect(await run()).toMatchObject({ detected: 1, corrected: 1, halted: false });
    expect(isCorrected(await cluster.get("r10"))).toBe(true);
  });
});

describe("a release that changes under our hands", () => {
  test("isn't annotated when it changed since it was judged", async () => {
    await cluster.put(stuckRelease({ status: lost }));
    const upgrade = () => cluster.client.mergePatch(helmReleases, key, { spec: { values: { a: 1 } } });
    const { lines } = await run(meddled(cluster.client, 0, upgrade));
    const after = await cluster.get();
    expect(after.metadata.annotations ?? {}).toEqual({});
    expect(readyOf(after)?.status).toBe("Unknown");
    expect(lines.at(-1)).toBe(
      "stuck-hr-recovery skipped shop/site reason=changed-under-our-hands: it was changed while it was judged",
    );
  });

  test("keeps what Flux wrote between our two writes, and loses the annotation", async () => {
    const { status } = await cluster.put(stuckRelease({ status: lost }));
    const conditions = [other, ready("True", ago(0), { reason: "UpgradeSucceeded", message: "by Flux" })];
    const flux = async () =>
      cluster.client.updateStatus(helmReleases, {
        ...(await cluster.get()),
        status: { ...status, conditions },
      });
    const { corrected } = await run(meddled(cluster.client, 1, flux));
    const after = await cluster.get();
    expect(corrected).toBe(0);
    expect(readyOf(after)?.message).toBe("by Flux");
    expect(after.metadata.annotations ?? {}).toEqual({});
  });

  test("is left when it goes meanwhile", async () => {
    await cluster.put(stuckRelease({ status: lost }));
    const remove = () => cluster.client.delete(helmReleases, key);
    expect(await run(meddled(cluster.client, 1, remove))).toMatchObject({ corrected: 0, failed: 0 });
  });
});

test("two runs at once correct each release once", async () => {
  await cluster.put(stuckRelease({ metadata: { name: "deployed" }, status: lost }));
  await cluster.put(stuckRelease({ metadata: { name: "pending" }, status: installing }));
  await cluster.store(helmSecret("pending-install", { name: "pending" }));
  const runs = await Promise.all([run(), run()]);
  expect(runs.reduce((sum, { corrected }) => sum + corrected, 0)).toBe(2);
  const [deployed, pending] = [await cluster.get("deployed"), await cluster.get("pending")];
  expect(isCorrected(deployed)).toBe(true);
  expect(pending.spec.suspend).toBe(false);
  // suspended once and resumed once
  expect(pending.metadata.generation).toBe(3);
  expect(annotationOf(pending, inProgressAnnotation)).toBeUndefined();
});

describe("kill -9", () => {
  /** Runs until it dies after each number of writes in turn, then again as the next run would. */
  async function everywhere(prepare: () => Promise<unknown>, check: (deaths: number) => Promise<void>) {
    for (let survived = 0; ; survived++) {
      await cluster.close();
      cluster = await openRecoveryCluster();
      await prepare();
      const killed = interrupted(cluster.client, survived);
      await run(killed.client).catch(() => undefined);
      clock.turn(minutes(2));
      await run();
      await check(survived);
      if (!killed.died()) return survived;
    }
  }

  test("between any two writes of a correction: the next run ends it, once", async () => {
    const writes = await everywhere(
      async () => {
        clock = handClock();
        await cluster.put(stuckRelease({ status: lost }));
      },
      async () => {
        const after = await cluster.get();
        expect(isCorrected(after)).toBe(true);
        expect(Object.keys(after.metadata.annotations ?? {})).toEqual([correctedAtAnnotation]);
      },
    );
    // annotation, status, mark, Event
    expect(writes).toBe(4);
  });

  test("between any two writes of a toggle: nothing stays suspended", async () => {
    const writes = await everywhere(
      async () => {
        clock = handClock();
        await cluster.put(stuckRelease({ status: installing }));
        await cluster.store(helmSecret("pending-install"));
      },
      async () => {
        const after = await cluster.get();
        expect(after.spec.suspend).toBe(false);
        expect(after.metadata.generation).toBe(3);
        expect(Object.keys(after.metadata.annotations ?? {})).toEqual([toggledAtAnnotation]);
      },
    );
    // suspend, resume, Event
    expect(writes).toBe(3);
  });

  test("what a person suspended afterwards stays so", async () => {
    await cluster.put(stuckRelease({ status: installing }));
    await cluster.store(helmSecret("pending-install"));
    await run(interrupted(cluster.client, 1).client).catch(() => undefined);
    expect((await cluster.get()).spec.suspend).toBe(true);
    clock.turn(minutes(2));
    await run();
    expect((await cluster.get()).spec.suspend).toBe(false);
    await cluster.client.mergePatch(helmReleases, key, { spec: { suspend: true } });
    clock.turn(minutes(30));
    expect((await run()).lines).toEqual([
      "stuck-hr-recovery skipped shop/site reason=suspended: a person or a commit suspended it",
    ]);
    expect((await cluster.get()).spec.suspend).toBe(true);
  });
});
