import type { Clock } from "@catalyst/base/clock";
import { CatalystError } from "@catalyst/base/errors";
import { isKubernetesError, type KubeObject } from "@catalyst/ports/kubernetes";
import { apiVersionOf, type ObjectId } from "../apply/object-reference.ts";
import { isLegacyReady, type LegacyOptions } from "./legacy-ready.ts";
import { fieldsOf } from "./object-status.ts";

export interface LegacyWaitOptions extends Omit<LegacyOptions, "jobs"> {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** Helm's looks, in milliseconds. */
const pause = 2000;
/** How often an object is tried again that can't be looked at. */
const retries = 30;

/**
 * Waits until the objects are ready as Helm 3 sees it, by looks at them in turn. Throws `wait-timeout`, and what keeps
 * one from being looked at. Source: legacyWaiter of Helm.
 */
export async function waitUntilLegacyReady(
  ids: readonly ObjectId[],
  options: LegacyWaitOptions & Pick<LegacyOptions, "jobs">,
): Promise<void> {
  const failures = new Map<ObjectId, number>();
  await poll(options, "context deadline exceeded", async () => {
    for (const id of ids) {
      try {
        if (!(await isLegacyReady(id, options))) return false;
        failures.delete(id);
      } catch (error) {
        const count = (failures.get(id) ?? 0) + 1;
        failures.set(id, count);
        if (!mayPass(error) || count > retries) throw error;
        return false;
      }
    }
    return true;
  });
}

/** Whether what kept an object from being looked at may be over the next time. */
function mayPass(error: unknown): boolean {
  if (!(error instanceof CatalystError)) return false;
  if (!isKubernetesError(error)) return true;
  return error.status === 0 || error.status === 429 || (error.status >= 500 && error.status !== 501);
}

/** Waits until none of the objects is there. Throws `wait-timeout`. */
export async function waitUntilGone(ids: readonly ObjectId[], options: LegacyWaitOptions): Promise<void> {
  await poll(options, "context deadline exceeded", async () => {
    for (const id of ids) if ((await found(id, options)) !== undefined) return false;
    return true;
  });
}

/**
 * Waits until Jobs and Pods, one after the other, have come to their end or are gone. Throws `wait-failed` for one that
 * failed, and `wait-timeout`.
 */
export async function waitUntilLegacyEnded(
  ids: readonly ObjectId[],
  options: LegacyWaitOptions,
): Promise<void> {
  for (const id of ids) {
    await poll(options, "timed out waiting for the condition", async () => {
      const object = await found(id, options);
      return object === undefined || hasEnded(object);
    });
  }
}

async function found(id: ObjectId, { client, types }: LegacyWaitOptions): Promise<KubeObject | undefined> {
  const type = await types.find(client, apiVersionOf(id), id.kind);
  return type === undefined ? undefined : client.find(type, id);
}

function hasEnded({ kind, metadata, status }: KubeObject): boolean {
  const { phase, conditions } = fieldsOf(status);
  if (kind === "Pod") {
    if (phase === "Failed") throw new CatalystError("wait-failed", `pod ${metadata.name} failed`);
    return phase === "Succeeded";
  }
  for (const condition of Array.isArray(conditions) ? conditions.map(fieldsOf) : []) {
    if (condition["status"] !== "True") continue;
    if (condition["type"] === "Complete") return true;
    if (condition["type"] === "Failed")
      throw new CatalystError("wait-failed", `job ${metadata.name} failed: ${condition["reason"] ?? ""}`);
  }
  return false;
}

/** Looks at once and after every pause, until it is so or time is up. */
async function poll(
  { clock, timeout, signal }: LegacyWaitOptions,
  words: string,
  isSo: () => Promise<boolean>,
): Promise<void> {
  const end = clock.now() + timeout;
  for (;;) {
    signal.throwIfAborted();
    if (await isSo()) return;
    const left = end - clock.now();
    if (left > 0) await clock.sleep(Math.min(pause, left), signal);
    if (end - clock.now() <= 0) throw new CatalystError("wait-timeout", words);
  }
}
