import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { soon } from "@catalyst/base/testing/soon";
import {
  type ClusterEvent,
  type Clusters,
  type KubeObject,
  pods,
  type ResourceType,
} from "@catalyst/ports/kubernetes";
import { describe, expect, it, vi } from "vitest";
import { type ReconcileRequest, type ReconcileResult, runControllers } from "./index.ts";

type PodEvent = ClusterEvent<KubeObject>;

function pod(name: string, revision: number, cluster = "acme-dev"): Extract<PodEvent, { cluster: string }> {
  const object = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "n", uid: name, resourceVersion: String(revision) },
  };
  return { type: "ADDED", cluster, object };
}

/** Clusters whose watches play what a test feeds them. */
function playedClusters() {
  let feed: (event: PodEvent) => void = () => undefined;
  const watchAll = async function* (_type: ResourceType, signal: AbortSignal): AsyncGenerator<PodEvent> {
    const events: PodEvent[] = [];
    let wake: () => void = () => undefined;
    feed = (event) => {
      events.push(event);
      wake();
    };
    signal.addEventListener("abort", () => wake());
    while (!signal.aborted) {
      const event = events.shift();
      if (event !== undefined) yield event;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { clusters: { watchAll } as unknown as Clusters, feed: (event: PodEvent) => feed(event) };
}

function run(
  reconcile: (request: ReconcileRequest, object: KubeObject | undefined) => Promise<ReconcileResult>,
) {
  const played = playedClusters();
  const running = runControllers({
    clusters: played.clusters,
    controllers: [
      {
        name: "test",
        type: pods as ResourceType,
        reconcile: (request, context) => reconcile(request, context.object),
      },
    ],
    clock: systemClock,
    random: () => 0,
    logger: silentLogger,
  });
  return { ...played, running };
}

describe("runControllers", () => {
  it("begins only once the first snapshot is complete, and sees the newest state", async () => {
    const seen: string[] = [];
    const { feed, running } = run(async (request, object) => {
      seen.push(`${request.cluster}/${request.name}@${object?.metadata.resourceVersion}`);
      return { outcome: "settled" };
    });
    feed(pod("a", 1));
    feed({ ...pod("a", 2), type: "MODIFIED" });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen).toEqual([]);
    feed({ type: "synced" });
    await vi.waitFor(() => expect(seen).toEqual(["acme-dev/a@2"]), soon);
    await running.stop();
  });

  it("notices what vanished while a watch was broken", async () => {
    const seen: string[] = [];
    const { feed, running } = run(async (request, object) => {
      seen.push(`${request.name}:${object === undefined ? "gone" : "there"}`);
      return { outcome: "settled" };
    });
    for (const event of [pod("a", 1), pod("b", 2), { type: "synced" } as const]) feed(event);
    await vi.waitFor(() => expect(seen.sort()).toEqual(["a:there", "b:there"]), soon);
    for (const event of [{ type: "restarted" } as const, pod("b", 2), { type: "synced" } as const])
      feed(event);
    await vi.waitFor(() => expect(seen).toContain("a:gone"), soon);
    expect(seen).toHaveLength(3);
    await running.stop();
  });

  it("tells all others of an event that a trigger fails on", async () => {
    const seen: string[] = [];
    const { clusters, feed } = playedClusters();
    const settled = async (): Promise<ReconcileResult> => ({ outcome: "settled" });
    const failing = () => {
      throw new Error("no");
    };
    const type = pods as ResourceType;
    const running = runControllers({
      clusters,
      controllers: [
        { name: "first", type, triggers: [{ type, requests: failing }], reconcile: settled },
        {
          name: "second",
          type,
          reconcile: async ({ name }) => {
            seen.push(name);
            return { outcome: "settled" };
          },
        },
      ],
      clock: systemClock,
      logger: silentLogger,
    });
    for (const event of [{ type: "synced" } as const, pod("a", 1), pod("b", 2)]) feed(event);
    await vi.waitFor(() => expect(seen).toEqual(["a", "b"]), soon);
    await running.stop();
  });

  it("tries again after a throw", async () => {
    let calls = 0;
    const { feed, running } = run(async () => {
      if (++calls === 1) throw new Error("not now");
      return { outcome: "settled" };
    });
    for (const event of [pod("a", 1), { type: "synced" } as const]) feed(event);
    await vi.waitFor(() => expect(calls).toBe(2), soon);
    await running.stop();
  });

  it("keeps objects of equal names in different clusters apart", async () => {
    const { feed, running } = run(async () => ({ outcome: "settled" }));
    for (const event of [pod("a", 1, "acme-dev"), pod("a", 2, "acme-prod"), { type: "synced" } as const])
      feed(event);
    await running.ready();
    expect(
      running.cache.get("acme-prod", pods, { namespace: "n", name: "a" })?.metadata.resourceVersion,
    ).toBe("2");
    expect(running.cache.list("acme-dev", pods)).toHaveLength(1);
    await running.stop();
  });
});
