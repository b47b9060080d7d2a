import type { Clock } from "@catalyst/base/clock";
import { CatalystError } from "@catalyst/base/errors";
import type { ClusterClient, KubeObject, ResourceType, WatchEvent } from "@catalyst/ports/kubernetes";
import { apiVersionOf, type ObjectId, subjectOf } from "../apply/object-reference.ts";
import type { ResourceTypes } from "../apply/resource-types.ts";
import { objectStatus } from "./kstatus.ts";
import type { ObjectStatus } from "./object-status.ts";

export interface WaitOptions {
  readonly client: ClusterClient;
  readonly types: ResourceTypes;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** `ready`: every object is as its spec says; `gone`: none exists. Default `ready`. */
  readonly until?: "ready" | "gone" | undefined;
  /** Ends at the first object that has failed rather than once nothing else may become ready. Default true. */
  readonly failFast?: boolean | undefined;
  /** Takes a Job for ready once it runs rather than once it is complete. Default false. */
  readonly jobsMayRun?: boolean | undefined;
  /** Takes a Pod for ready once it has succeeded rather than once it is ready or has ended. Default false. */
  readonly podsMustSucceed?: boolean | undefined;
}

const endedStatus: Readonly<Record<string, ObjectStatus["status"]>> = {
  Succeeded: "Current",
  Failed: "Failed",
};

const absent: ObjectStatus = { status: "NotFound", message: "Resource not found" };

/**
 * Waits by watches until the objects are ready, or gone. Throws `wait-failed` when one has failed, or all that
 * isn't ready, and `wait-timeout` when time is up; both name the objects and their states.
 */
export async function waitForObjects(objects: readonly ObjectId[], options: WaitOptions): Promise<void> {
  if (objects.length === 0) return;
  const wait = new Wait(objects, options);
  await wait.run();
}

class Wait {
  readonly #options: WaitOptions;
  readonly #states = new Map<string, { readonly id: ObjectId; status: ObjectStatus | undefined }>();
  readonly #stop = new AbortController();
  #settle: (() => void) | undefined;

  constructor(objects: readonly ObjectId[], options: WaitOptions) {
    this.#options = options;
    for (const id of objects) this.#states.set(stateKey(id), { id, status: undefined });
  }

  async run(): Promise<void> {
    const { signal, clock, timeout } = this.#options;
    signal.throwIfAborted();
    const stopped = () => this.#stop.abort(signal.reason);
    signal.addEventListener("abort", stopped, { once: true });
    const settled = new Promise<void>((resolve) => {
      this.#settle = resolve;
    });
    const watching = Promise.all(this.#groups().map((group) => this.#watch(group)));
    const expired = clock.sleep(timeout, this.#stop.signal).then(() => "timeout" as const);
    try {
      const first = await Promise.race([
        settled.then(() => "settled" as const),
        expired,
        watching.then(() => "settled" as const),
      ]);
      signal.throwIfAborted();
      this.#judge(first === "timeout");
    } finally {
      signal.removeEventListener("abort", stopped);
      this.#stop.abort();
      await watching.catch(() => undefined);
      expired.catch(() => undefined);
    }
  }

  /** One watch per kind and namespace. */
  #groups(): readonly (readonly ObjectId[])[] {
    const groups = new Map<string, ObjectId[]>();
    for (const { id } of this.#states.values()) {
      const key = `${apiVersionOf(id)}/${id.kind}/${id.namespace}`;
      groups.set(key, [...(groups.get(key) ?? []), id]);
    }
    return [...groups.values()];
  }

  async #watch(ids: readonly ObjectId[]): Promise<void> {
    const { client, types } = this.#options;
    const id = ids[0] as ObjectId;
    const type = await types.find(client, apiVersionOf(id), id.kind);
    if (type === undefined) {
      for (const each of ids) this.#see(stateKey(each), absent);
      return;
    }
    while (!this.#stop.signal.aborted) {
      try {
        for await (const event of this.#events(type, ids)) this.#take(event, ids);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        if (!(error instanceof CatalystError)) throw error;
        // The watch lost its place or the server is away: begin anew with a snapshot.
        await this.#options.clock.sleep(200, this.#stop.signal).catch(() => undefined);
      }
    }
  }

  #events(type: ResourceType, ids: readonly ObjectId[]): AsyncIterable<WatchEvent<KubeObject>> {
    const [only] = ids;
    return this.#options.client.watch(type, {
      namespace: type.namespaced ? (only as ObjectId).namespace : undefined,
      fieldSelector: ids.length === 1 ? `metadata.name=${(only as ObjectId).name}` : undefined,
      signal: this.#stop.signal,
    });
  }

  #take(event: WatchEvent<KubeObject>, ids: readonly ObjectId[]): void {
    if (event.type === "BOOKMARK") {
      // After the snapshot, what hasn't shown up isn't there.
      for (const id of event.initial ? ids : []) {
        if (this.#states.get(stateKey(id))?.status === undefined) this.#see(stateKey(id), absent);
      }
      return;
    }
    const { object } = event;
    const id = ids.find((each) => each.name === object.metadata.name);
    if (id === undefined) return;
    this.#see(stateKey(id), event.type === "DELETED" ? absent : this.#statusOf(object));
  }

  #statusOf(object: KubeObject): ObjectStatus {
    const status = objectStatus(object, this.#options.clock.now());
    if (status.status === "Terminating") return status;
    const { startTime, phase } = (object.status ?? {}) as { startTime?: string; phase?: string };
    if (object.kind === "Pod" && this.#options.podsMustSucceed === true)
      return { ...status, status: endedStatus[phase ?? ""] ?? "InProgress" };
    const runs = object.kind === "Job" && status.status === "InProgress" && startTime !== undefined;
    return runs && this.#options.jobsMayRun === true ? { ...status, status: "Current" } : status;
  }

  #see(key: string, status: ObjectStatus): void {
    const state = this.#states.get(key);
    if (state !== undefined) state.status = status;
    if (this.#isSettled()) this.#settle?.();
  }

  /** Everything is as wanted, or what isn't never will be. */
  #isSettled(): boolean {
    const states = [...this.#states.values()].map((state) => state.status?.status);
    if (this.#options.until === "gone") return states.every((status) => status === "NotFound");
    const isFailed = states.includes("Failed") && this.#options.failFast !== false;
    return isFailed || states.every((status) => status === "Current" || status === "Failed");
  }

  #judge(timedOut: boolean): void {
    const states = [...this.#states.values()];
    if (this.#options.until === "gone") {
      const left = states.find(({ status }) => status?.status !== "NotFound");
      if (left === undefined) return;
      const message = `${subjectOf(left.id)} termination timeout: context deadline exceeded`;
      throw new CatalystError("wait-timeout", message);
    }
    const bad = states.filter(({ status }) =>
      timedOut ? status?.status !== "Current" : status === undefined || status.status === "Failed",
    );
    if (bad.length === 0) return;
    const lines = bad.map(({ id, status }) =>
      status === undefined
        ? `can't determine status for ${subjectOf(id)}`
        : `${subjectOf(id)} status: '${status.status}'`,
    );
    const [code, words] = timedOut
      ? ["wait-timeout", "timeout waiting for"]
      : ["wait-failed", "failed early due to stalled resources"];
    throw new CatalystError(code as string, `${words}: [${lines.join(", ")}]`, {
      details: { objects: bad.map(({ id, status }) => ({ ...id, ...status })) },
    });
  }
}

function stateKey(id: ObjectId): string {
  return `${id.group}/${id.kind}/${id.namespace}/${id.name}`;
}
