import type { ObjectId } from "../apply/index.ts";
import {
  waitForObjects,
  waitUntilGone,
  waitUntilLegacyEnded,
  waitUntilLegacyReady,
} from "../readiness/index.ts";
import type { ActionContext } from "./context.ts";
import type { ActionSettings } from "./settings.ts";

/** How an action waits: as Flux does, or where that is asked for as Helm 3 did; it may not wait but for hooks. */
export type WaitSettings = Pick<ActionSettings, "wait" | "timeout">;

function isLegacy({ settings }: ActionContext, { wait }: WaitSettings): boolean {
  return wait && settings.waitStrategy === "legacy";
}

/** Waits until objects are ready, when the action waits. `jobs`: until Jobs are complete as well. */
export async function waitUntilReady(
  context: ActionContext,
  ids: readonly ObjectId[],
  settings: WaitSettings,
  jobs: boolean,
): Promise<void> {
  const { wait, timeout } = settings;
  if (!wait) return;
  await (isLegacy(context, settings)
    ? waitUntilLegacyReady(ids, { ...context, timeout, jobs })
    : waitForObjects(ids, { ...context, timeout, jobsMayRun: !jobs }));
}

/** Waits until the Jobs and Pods of hooks have come to their end. */
export async function waitUntilEnded(
  context: ActionContext,
  ids: readonly ObjectId[],
  settings: WaitSettings,
): Promise<void> {
  const { timeout } = settings;
  if (isLegacy(context, settings)) return waitUntilLegacyEnded(ids, { ...context, timeout });
  // A hook has all its time: one that fails at first may be tried again.
  await waitForObjects(ids, { ...context, timeout, failFast: false, podsMustSucceed: true });
}

/** Waits until objects are gone, when the action waits. */
export async function waitUntilDeleted(
  context: ActionContext,
  ids: readonly ObjectId[],
  settings: WaitSettings,
): Promise<void> {
  const { wait, timeout } = settings;
  if (!wait) return;
  await (isLegacy(context, settings)
    ? waitUntilGone(ids, { ...context, timeout })
    : waitForObjects(ids, { ...context, timeout, until: "gone" }));
}
