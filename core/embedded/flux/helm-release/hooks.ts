import { rfc3339 } from "@catalyst/base/clock";
import { CatalystError, errorMessage } from "@catalyst/base/errors";
import {
  type HookEvent,
  hooksOf,
  isDeletedAt,
  type ReleaseHook,
  type ReleaseRecord,
} from "@catalyst/charts/records";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { objectIdOf } from "../apply/index.ts";
import { waitForObjects } from "../readiness/index.ts";
import type { ActionContext } from "./context.ts";
import { applyManifest, deleteObjects, manifestObjects } from "./objects.ts";

/** Kinds whose end a hook waits for; any other kind is done once it's applied. */
const awaited: ReadonlySet<string> = new Set(["Job", "Pod"]);

/**
 * Runs the hooks of an event in the order of their weights, each to its end, and gives the release with what
 * became of them. A failed hook throws `release-hook-failed`; `details.record` is the release then.
 */
export async function runHooks(
  context: ActionContext,
  record: ReleaseRecord,
  event: HookEvent,
  timeout: number,
): Promise<ReleaseRecord> {
  let current = record;
  const due = hooksOf(record.hooks, event);
  for (const hook of due) {
    const objects = await manifestObjects(hook.manifest, context);
    if (isDeletedAt(hook, "before-hook-creation")) await removeHook(context, objects, timeout);
    const startedAt = rfc3339(context.clock.now());
    const finish = (phase: "Succeeded" | "Failed") => {
      const lastRun = { startedAt, completedAt: rfc3339(context.clock.now()), phase } as const;
      current = withHook(current, hook, lastRun);
    };
    try {
      await runHook(context, objects, timeout);
      finish("Succeeded");
    } catch (error) {
      finish("Failed");
      if (isDeletedAt(hook, "hook-failed"))
        await removeHook(context, objects, timeout).catch(() => undefined);
      const message = `${event} hooks failed: 1 error occurred: ${hook.kind} ${hook.name}: ${errorMessage(error)}`;
      throw new CatalystError("release-hook-failed", message, { cause: error, details: { record: current } });
    }
  }
  for (const hook of due.reverse()) {
    if (!isDeletedAt(hook, "hook-succeeded")) continue;
    await removeHook(context, await manifestObjects(hook.manifest, context), timeout);
  }
  return current;
}

async function runHook(
  context: ActionContext,
  objects: readonly KubeObject[],
  timeout: number,
): Promise<void> {
  await applyManifest(objects, context);
  const waitFor = objects.filter((object) => awaited.has(object.kind)).map(objectIdOf);
  await waitForObjects(waitFor, { ...context, timeout });
}

async function removeHook(
  context: ActionContext,
  objects: readonly KubeObject[],
  timeout: number,
): Promise<void> {
  const deleted = await deleteObjects(objects, context);
  await waitForObjects(deleted, { ...context, timeout, until: "gone" });
}

function withHook(record: ReleaseRecord, hook: ReleaseHook, lastRun: ReleaseHook["lastRun"]): ReleaseRecord {
  const hooks = record.hooks.map((other) =>
    other.name === hook.name && other.kind === hook.kind && other.path === hook.path
      ? { ...other, lastRun }
      : other,
  );
  return { ...record, hooks };
}
