import { rfc3339 } from "@catalyst/base/clock";
import { CatalystError, errorMessage } from "@catalyst/base/errors";
import type { ReleaseRecord } from "@catalyst/charts/records";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { type ObjectId, objectIdOf } from "../apply/index.ts";
import type { ActionContext } from "./context.ts";
import type { HookOptions } from "./hooks.ts";
import { manifestObjects, owned } from "./objects.ts";
import type { ActionSettings, ChosenApply } from "./settings.ts";
import type { WrittenRecord } from "./storage.ts";
import { waitUntilReady } from "./waiting.ts";
import type { WriteMethod } from "./write-objects.ts";

/** How an action ended: the revisions it wrote, the newest first, what is in them, and what went wrong. */
export interface ActionResult {
  readonly records: readonly WrittenRecord[];
  /** The objects of the revision written last, and the definitions; undefined when nothing was written. */
  readonly objects: readonly ObjectId[] | undefined;
  readonly error: unknown;
}

/** A record with another status and what there is to say of it. */
export function described(
  record: ReleaseRecord,
  status: ReleaseRecord["info"]["status"],
  description = record.info.description,
): ReleaseRecord {
  return { ...record, info: { ...record.info, status, description } };
}

/** Throws an error again with words before its message, of the same code; one that isn't ours as it is. */
export function prefixed(error: unknown, words: string): unknown {
  if (!(error instanceof CatalystError) || error.code === "reconcile-superseded") return error;
  return new CatalystError(error.code, `${words}${error.message}`, { cause: error, details: error.details });
}

/** Tells whether objects are applied server-side; `before`: the release that `auto` follows. */
export function isServerSide(chosen: ChosenApply, before: ReleaseRecord): boolean {
  return chosen === "auto" ? before.applyMethod === "ssa" : chosen === "enabled";
}

/** How an upgrade or a rollback writes objects. */
export function writeMethod(serverSide: boolean, { force }: ActionSettings, takesOver: boolean): WriteMethod {
  if (serverSide) return { method: "server-side", takesOver };
  return force ? { method: "replace" } : { method: "client-side", threeWay: false };
}

export function hookOptions(
  event: HookOptions["event"],
  serverSide: boolean,
  { timeout, wait }: ActionSettings,
): HookOptions {
  return { event, isServerSide: serverSide, timeout, wait };
}

/** Waits until a release's objects are ready, when that is wanted. A paused Deployment isn't waited for. */
export async function waitForRelease(
  context: ActionContext,
  objects: readonly KubeObject[],
  settings: ActionSettings,
): Promise<void> {
  const isPaused = ({ kind, spec }: KubeObject) =>
    kind === "Deployment" && (spec as { paused?: boolean } | undefined)?.paused === true;
  const ids = objects.filter((object) => !isPaused(object)).map(objectIdOf);
  await waitUntilReady(context, ids, settings, settings.waitForJobs);
}

/** The objects of a manifest with the release's marks. */
export async function ownedObjects(manifest: string, context: ActionContext): Promise<readonly KubeObject[]> {
  return (await manifestObjects(manifest, context)).map((object) => owned(object, context.release));
}

/** Ends an action: takes what it wrote, and the objects of what it wrote last. */
export async function finished(
  context: ActionContext,
  definitions: readonly ObjectId[],
  last: ReleaseRecord | undefined,
  error: unknown,
): Promise<ActionResult> {
  const records = context.storage.takeWritten();
  if (last === undefined || records.length === 0) return { records, objects: undefined, error };
  // what can't be read can't have been made
  const objects = await manifestObjects(last.manifest, context).catch(() => []);
  return { records, objects: [...objects.map(objectIdOf), ...definitions], error };
}

/** Frees a release that an action left pending when it was cut short (fault 39). */
export async function unlock(context: ActionContext, pending: ReleaseRecord): Promise<ReleaseRecord> {
  const words = `Release unlocked from stale '${pending.info.status}' state`;
  const record = described(pending, "failed", words);
  await context.storage.update(record);
  context.storage.takeWritten();
  return record;
}

/** An error's words, as a record's description quotes them. */
export function wordsOf(error: unknown): string {
  return errorMessage(error);
}

/** The time now, as records have it. */
export function timeOf({ clock }: ActionContext): string {
  return rfc3339(clock.now());
}
