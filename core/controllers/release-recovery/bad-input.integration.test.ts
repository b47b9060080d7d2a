import { isCatalystError } from "@catalyst/base/errors";
import { helmReleases } from "@catalyst/ports/flux";
import {
  type ClusterClient,
  clusterRoleBindings,
  events,
  type KubeObject,
  type ResourceType,
  secrets,
} from "@catalyst/ports/kubernetes";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { recoveryLine } from "./lines.ts";
import { recoverReleases } from "./run.ts";
import { correctedAtAnnotation, defaultRecoverySettings } from "./settings.ts";
import { handClock, openRecoveryCluster, type RecoveryCluster } from "./testing/open-cluster.ts";
import { ago, helmSecret, ready, snapshot, stuckRelease } from "./testing/releases.ts";

let cluster: RecoveryCluster;
beforeEach(async () => {
  cluster = await openRecoveryCluster();
});
afterEach(() => cluster.close());

const lost = { history: [snapshot()], conditions: [ready("Unknown", ago(10))] };

async function run(client: ClusterClient) {
  const lines: string[] = [];
  const summary = await recoverReleases({
    client,
    clock: handClock(),
    settings: defaultRecoverySettings,
    dryRun: false,
    report: (entry) => lines.push(recoveryLine(entry)),
    signal: new AbortController().signal,
  });
  return { ...summary, lines };
}

const clusterRoles: ResourceType = {
  ...clusterRoleBindings,
  kind: "ClusterRole",
  plural: "clusterroles",
};

/** What bp-flux's chart gives the CronJob. */
const wholeRole = {
  helmreleases: ["get", "list", "watch", "patch"],
  "helmreleases/status": ["patch", "update"],
  secrets: ["get", "list"],
  events: ["create"],
} as const;

/** Gives the guest all that recovery needs, but for one rule. */
async function grant(without?: keyof typeof wholeRole): Promise<void> {
  const rules = Object.entries(wholeRole)
    .filter(([resource]) => resource !== without)
    .map(([resource, verbs]) => ({
      apiGroups: [resource.startsWith("helmreleases") ? "helm.toolkit.fluxcd.io" : ""],
      resources: [resource],
      verbs,
    }));
  const metadata = { name: "recovery" };
  const role: KubeObject = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata,
    rules,
  };
  await cluster.client.create(clusterRoles, role);
  await cluster.client.create(clusterRoleBindings, {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "recovery" },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "guest" }],
  });
}

describe("the rights of bp-flux's ClusterRole", () => {
  test("are enough for both branches", async () => {
    await grant();
    await cluster.put(stuckRelease({ metadata: { name: "deployed" }, status: lost }));
    await cluster.put(stuckRelease({ metadata: { name: "pending" }, status: { ...lost, history: [] } }));
    await cluster.store(helmSecret("pending-install", { name: "pending" }));
    expect(await run(cluster.guest)).toMatchObject({ corrected: 2, failed: 0 });
    expect((await cluster.client.list(events, { namespace: "shop" })).items).toHaveLength(2);
  });

  test("without the one to the status: the annotation is gone again, and the line names the rule", async () => {
    await grant("helmreleases/status");
    const before = await cluster.put(stuckRelease({ status: lost }));
    const { lines, failed } = await run(cluster.guest);
    const after = await cluster.get();
    expect(failed).toBe(1);
    expect(after.status).toEqual(before.status);
    expect(after.metadata.annotations?.[correctedAtAnnotation]).toBeUndefined();
    expect(Object.keys(after.metadata.annotations ?? {})).toEqual([]);
    const [failure] = lines.filter((line) => line.includes(" failed "));
    expect(failure).toContain('cannot patch resource "helmreleases/status"');
    expect(failure).toContain("missing RBAC rule: helm.toolkit.fluxcd.io helmreleases/status: patch, update");
  });

  test.each(["helmreleases", "secrets"] as const)("without the one to %s nothing is begun", async (rule) => {
    await grant(rule);
    const before = await cluster.put(stuckRelease({ status: lost }));
    const failure = await run(cluster.guest).catch((error: unknown) => error);
    expect(isCatalystError(failure, "recovery-forbidden") && failure.hint).toContain(`${rule}: get, list`);
    expect(await cluster.get()).toEqual(before);
  });

  test("without the one to events: all is corrected, and a line names the rule", async () => {
    await grant("events");
    await cluster.put(stuckRelease({ status: lost }));
    const { lines, ...summary } = await run(cluster.guest);
    expect(summary).toMatchObject({ corrected: 1, failed: 0 });
    expect(lines.at(-1)).toMatch(
      /^stuck-hr-recovery event-failed shop\/site .*missing RBAC rule: events: create/,
    );
  });
});

test("a cluster without Flux is told of as such", async () => {
  await cluster.close();
  cluster = await openRecoveryCluster([]);
  const failure = await run(cluster.client).catch((error: unknown) => error);
  expect(isCatalystError(failure, "recovery-flux-missing")).toBe(true);
});

describe("what can't be judged", () => {
  test("is one line, and the others are corrected all the same", async () => {
    await cluster.put(stuckRelease({ status: lost }));
    await cluster.put(stuckRelease({ metadata: { name: "odd" }, status: lost }));
    const { labels: _, ...unlabelled } = helmSecret("deployed", { name: "odd" }).metadata;
    const labels = { owner: "helm", name: "odd", version: "new" };
    await cluster.store({ ...helmSecret("deployed"), metadata: { ...unlabelled, labels } });
    const { lines, ...summary } = await run(cluster.client);
    expect(summary).toMatchObject({ corrected: 1, skipped: 1, failed: 0 });
    expect(lines).toContain(
      "stuck-hr-recovery skipped shop/odd reason=malformed: Helm's Secret sh.helm.release.v1.odd.v1 doesn't say its status and version in labels",
    );
    expect((await cluster.get("odd")).metadata.annotations ?? {}).toEqual({});
  });

  test("with a clock that is ahead: one line", async () => {
    const before = await cluster.put(
      stuckRelease({ status: { ...lost, conditions: [ready("Unknown", ago(-60))] } }),
    );
    expect((await run(cluster.client)).lines).toEqual([
      "stuck-hr-recovery skipped shop/site reason=clock-ahead: its Ready condition is 1h0m0s in the future: a clock is ahead",
    ]);
    expect(await cluster.get()).toEqual(before);
  });
});

describe("3,000 releases in one run", () => {
  test("are read page by page, Helm's Secrets once and without what they hold", async () => {
    const count = 3_000;
    for (let index = 0; index < count; index += 50) {
      await Promise.all(
        Array.from({ length: 50 }, async (_, offset) => {
          const number = index + offset;
          const name = `r${String(number).padStart(4, "0")}`;
          // Every hundredth is slow: its Secret has to be looked at, and it is left alone.
          const slow = number % 100 === 0;
          const status = slow ? { ...lost, history: [] } : { conditions: [ready("True", ago(60))] };
          await cluster.put(stuckRelease({ metadata: { name }, spec: { timeout: "2h" }, status }));
          await cluster.store(helmSecret(slow ? "pending-install" : "deployed", { name }));
        }),
      );
    }
    await cluster.put(stuckRelease({ status: lost }));
    const lists: string[] = [];
    const counted = new Proxy(cluster.client, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return (...words: unknown[]) => {
          const [type, options] = words as [ResourceType, { limit?: number }?];
          if (name === "list" || name === "listMetadata" || name === "get" || name === "find")
            lists.push(`${name} ${type.plural} ${options?.limit ?? ""}`.trim());
          return Reflect.apply(value, target, words);
        };
      },
    });
    const { lines, ...summary } = await run(counted);
    expect(summary).toEqual({
      releases: count + 1,
      detected: 1,
      corrected: 1,
      skipped: 30,
      failed: 0,
      halted: false,
    });
    expect(lines.filter((line) => line.includes("reason=within-timeout"))).toHaveLength(30);
    const asked = (line: string) => lists.filter((entry) => entry === line).length;
    expect(asked(`list ${helmReleases.plural} 500`)).toBe(7);
    expect(asked(`listMetadata ${secrets.plural} 500`)).toBe(6);
    expect(lists.filter((entry) => entry.includes(secrets.plural))).toHaveLength(6);
  }, 120_000);
});
