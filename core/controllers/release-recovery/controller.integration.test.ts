import { silentLogger } from "@catalyst/base/logger";
import { soon } from "@catalyst/base/testing/soon";
import { type HelmRelease, helmReleases } from "@catalyst/ports/flux";
import { type ResourceType, secrets } from "@catalyst/ports/kubernetes";
import { type ReconcileContext, runControllers } from "@catalyst/reconciler";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { releaseRecoveryController } from "./controller.ts";
import type { RecoveryEntry } from "./lines.ts";
import { RecoveryMetrics } from "./metrics.ts";
import { auditMessage, defaultRecoverySettings } from "./settings.ts";
import { handClock, openRecoveryCluster, type RecoveryCluster } from "./testing/open-cluster.ts";
import { ago, helmSecret, minutes, ready, snapshot, stuckRelease } from "./testing/releases.ts";

let cluster: RecoveryCluster;
let clock: ReturnType<typeof handClock>;
const stops: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  cluster = await openRecoveryCluster();
  clock = handClock();
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await cluster.close();
});

const lost = (minutesAgo = 10) => ({
  history: [snapshot()],
  conditions: [ready("Unknown", ago(minutesAgo))],
});

function controller(settings: Partial<typeof defaultRecoverySettings> = {}) {
  const audited: string[] = [];
  const metrics = new RecoveryMetrics();
  const made = releaseRecoveryController({
    settings: { ...defaultRecoverySettings, ...settings },
    metrics,
    audit: async (where, entry: RecoveryEntry) => {
      audited.push(`${where} ${entry.entry} ${entry.release.metadata.name}`);
    },
  });
  return { made, audited, metrics };
}

/** One reconcile of the release as the cluster has it. */
async function reconcile(made: ReturnType<typeof controller>["made"], name = "site") {
  const context = {
    object: await cluster.get(name),
    clusters: { client: () => cluster.client },
    clock,
    logger: silentLogger,
    signal: new AbortController().signal,
  } as unknown as ReconcileContext<HelmRelease>;
  return made.reconcile({ cluster: "management", namespace: "shop", name }, context);
}

test("watches the releases, and corrects what is stuck by itself", async () => {
  await cluster.put(stuckRelease({ status: lost() }));
  const { made, audited, metrics } = controller();
  const watching = runControllers({
    clusters: cluster.clusters,
    controllers: [made as never],
    clock,
    logger: silentLogger,
  });
  stops.push(() => watching.stop());
  await vi.waitFor(
    async () => expect((await cluster.get()).status?.conditions?.[0]?.message).toBe(auditMessage),
    soon,
  );
  await vi.waitFor(() => expect(audited).toEqual(["management corrected site"]), soon);
  expect(metrics.text()).toContain('{outcome="corrected",branch="B"} 1');
});

test("looks again when a young release is old enough", async () => {
  await cluster.put(stuckRelease({ status: lost(1) }));
  const { made, audited } = controller();
  const first = await reconcile(made);
  expect(first).toEqual({ outcome: "settled", recheckAfter: minutes(4) + 1 });
  expect(audited).toEqual([]);
  clock.turn(minutes(4) + 1);
  await reconcile(made);
  expect(audited).toEqual(["management corrected site"]);
});

test("the eleventh within two minutes waits, and that is told once", async () => {
  const names = Array.from({ length: 12 }, (_, index) => `r${index + 10}`);
  for (const name of names) await cluster.put(stuckRelease({ metadata: { name }, status: lost() }));
  const { made, audited } = controller();
  for (const name of names) await reconcile(made, name);
  expect(audited.map((line) => line.split(" ")[1])).toEqual([...Array(10).fill("corrected"), "halted"]);
  clock.turn(minutes(2));
  for (const name of names) await reconcile(made, name);
  expect(audited.filter((line) => line.includes("corrected"))).toHaveLength(12);
});

test("what isn't stuck is neither queued nor asked about", async () => {
  const { made } = controller();
  const asked: string[] = [];
  const client = new Proxy(cluster.client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...words: unknown[]) => {
        asked.push(`${String(name)} ${(words[0] as ResourceType).plural}`);
        return Reflect.apply(value, target, words);
      };
    },
  });
  const isReady = stuckRelease({ status: { conditions: [ready("True", ago(60))] } });
  expect(made.selects?.("management", isReady)).toBe(false);
  expect(made.selects?.("management", stuckRelease({ status: lost() }))).toBe(true);
  await cluster.put(stuckRelease({ status: { ...lost(), history: [] } }));
  await cluster.store(helmSecret("failed"));
  const context = { object: await cluster.get(), clusters: { client: () => client }, clock };
  const rest = { logger: silentLogger, signal: new AbortController().signal };
  await made.reconcile({ cluster: "management", namespace: "shop", name: "site" }, {
    ...context,
    ...rest,
  } as unknown as ReconcileContext<HelmRelease>);
  // its own Secrets, without what they hold; no list of releases
  expect(asked).toEqual([`listMetadata ${secrets.plural}`]);
  expect(asked).not.toContain(`list ${helmReleases.plural}`);
});
