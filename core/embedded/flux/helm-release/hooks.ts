import { rfc3339 } from "@catalyst/base/clock";
import { CatalystError, errorMessage } from "@catalyst/base/errors";
import {
  type HookDeletePolicy,
  type HookEvent,
  hooksOf,
  isDeletedAt,
  type ReleaseHook,
  type ReleaseRecord,
} from "@catalyst/charts/records";
import { objectIdOf } from "../apply/index.ts";
import type { ActionContext } from "./context.ts";
import { deleteObjects, manifestObjects } from "./objects.ts";
import { waitUntilDeleted, waitUntilEnded } from "./waiting.ts";
import { createObjects } from "./write-objects.ts";

/** Kinds whose end a hook waits for; any other kind is done once it's applied. */
const awaited: ReadonlySet<string> = new Set(["Job", "Pod"]);

export interface HookOptions {
  readonly event: HookEvent;
  readonly isServerSide: boolean;
  /** Milliseconds, for each hook and each deletion of one. */
  readonly timeout: number;
  /** Waits until a deleted hook is gone. */
  readonly wait: boolean;
  /** Tells whether a hook takes part. Default: every one. */
  readonly takesPart?: (hook: ReleaseHook) => boolean;
}

export interface HooksRun {
  /** The release with what became of its hooks. */
  readonly record: ReleaseRecord;
  /** Why the hooks didn't all succeed. */
  readonly error: unknown;
  /** Deletes the hooks that their policies say go now. */
  clean(): Promise<void>;
}

/**
 * Runs the hooks of an event in the order of their weights, each to its end, up to the first that fails. That one
 * runs is stored when it starts. Source: Helm's execHook.
 */
export async function runHooks(
  context: ActionContext,
  record: ReleaseRecord,
  options: HookOptions,
): Promise<HooksRun> {
  const due = hooksOf(record.hooks, options.event).filter((hook) => options.takesPart?.(hook) ?? true);
  let current = record;
  for (const [index, hook] of due.entries()) {
    current = withHook(current, hook, { deletePolicies: policiesOf(hook) });
    const startedAt = rfc3339(context.clock.now());
    const ended = (phase: "Succeeded" | "Failed") =>
      withHook(current, hook, { lastRun: { startedAt, completedAt: rfc3339(context.clock.now()), phase } });
    const stopped = (error: unknown, clean: () => Promise<void>): HooksRun => ({
      record: current,
      error,
      clean,
    });
    try {
      await removeHook(context, hook, "before-hook-creation", options);
    } catch (error) {
      return stopped(error, nothing);
    }
    const objects = await hookObjects(context, hook, options.event).catch((error: unknown) => ({ error }));
    if ("error" in objects) return stopped(objects.error, nothing);
    current = withHook(current, hook, { lastRun: { startedAt, phase: "Running" } });
    await context.storage.update(current);
    try {
      await createObjects(objects, options.isServerSide, context);
    } catch (error) {
      current = ended("Failed");
      const words = `warning: Hook ${options.event} ${hook.path} failed: ${errorMessage(error)}`;
      return stopped(new CatalystError("release-hook-failed", words, { cause: error }), nothing);
    }
    try {
      const ends = objects.filter((object) => awaited.has(object.kind)).map(objectIdOf);
      await waitUntilEnded(context, ends, options);
      current = ended("Succeeded");
    } catch (error) {
      current = ended("Failed");
      return stopped(error, async () => {
        await removeHook(context, hook, "hook-failed", options).catch(() => undefined);
        for (const done of due.slice(0, index)) await removeHook(context, done, "hook-succeeded", options);
      });
    }
  }
  return {
    record: current,
    error: undefined,
    clean: async () => {
      for (const hook of [...due].reverse()) await removeHook(context, hook, "hook-succeeded", options);
    },
  };
}

/** Runs the hooks of an event and deletes those that go; what fails is in the error. */
export async function runHooksAndClean(
  context: ActionContext,
  record: ReleaseRecord,
  options: HookOptions,
): Promise<Omit<HooksRun, "clean">> {
  const run = await runHooks(context, record, options);
  try {
    await run.clean();
    return run;
  } catch (error) {
    return { record: run.record, error };
  }
}

async function nothing(): Promise<void> {}

/** A hook that names no policy has this one, and says so from its first run on. */
function policiesOf(hook: ReleaseHook): readonly string[] {
  return hook.deletePolicies.length === 0 ? ["before-hook-creation"] : hook.deletePolicies;
}

async function hookObjects(context: ActionContext, hook: ReleaseHook, event: HookEvent) {
  try {
    return await manifestObjects(hook.manifest, context);
  } catch (error) {
    const words = `unable to build kubernetes object for ${event} hook ${hook.path}: ${errorMessage(error)}`;
    throw new CatalystError("release-hook-failed", words, { cause: error });
  }
}

/** Deletes a hook's objects when its policies name this point. A definition stays: all of its kind would go with it. */
async function removeHook(
  context: ActionContext,
  hook: ReleaseHook,
  policy: HookDeletePolicy,
  options: HookOptions,
): Promise<void> {
  if (hook.kind === "CustomResourceDefinition" || !isDeletedAt(hook, policy)) return;
  const objects = await manifestObjects(hook.manifest, context).catch((error: unknown) => {
    const words = `unable to build kubernetes object for deleting hook ${hook.path}: ${errorMessage(error)}`;
    throw new CatalystError("release-hook-failed", words, { cause: error });
  });
  await deleteObjects(objects, context);
  await waitUntilDeleted(context, objects.map(objectIdOf), options);
}

function withHook(
  record: ReleaseRecord,
  hook: ReleaseHook,
  change: Partial<Pick<ReleaseHook, "lastRun" | "deletePolicies">>,
): ReleaseRecord {
  const hooks = record.hooks.map((other) =>
    other.name === hook.name && other.kind === hook.kind && other.path === hook.path
      ? { ...other, ...change }
      : other,
  );
  return { ...record, hooks };
}
