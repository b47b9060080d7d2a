import { CatalystError, errorMessage } from "@catalyst/base/errors";
import type { ReleaseRecord } from "@catalyst/charts/records";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { ObjectId } from "../apply/index.ts";
import {
  type ActionResult,
  described,
  finished,
  hookOptions,
  isServerSide,
  ownedObjects,
  prefixed,
  timeOf,
  waitForRelease,
  wordsOf,
  writeMethod,
} from "./action.ts";
import type { ActionContext } from "./context.ts";
import { runHooksAndClean } from "./hooks.ts";
import { manifestObjects } from "./objects.ts";
import { cleanedUp } from "./upgrade.ts";
import { updateObjects } from "./write-objects.ts";

/**
 * Goes back to a stored revision as a new one; `last` is the newest there is. A hook that fails leaves the new one
 * pending, as it does with Helm. `definitions` stay in the inventory. Source: Helm's Rollback.
 */
export async function rollback(
  context: ActionContext,
  target: ReleaseRecord,
  last: ReleaseRecord,
  definitions: readonly ObjectId[],
): Promise<ActionResult> {
  const { settings, storage } = context;
  const serverSide = isServerSide(settings.rollback.serverSideApply, target);
  const pending: ReleaseRecord = {
    ...target,
    version: last.version + 1,
    info: {
      firstDeployed: last.info.firstDeployed,
      lastDeployed: timeOf(context),
      status: "pending-rollback",
      description: `Rollback to ${target.version}`,
      notes: target.info.notes,
    },
    applyMethod: serverSide ? "ssa" : "csa",
  };
  await storage.create(pending, settings.maxHistory);
  const ended = await perform(context, pending, last, serverSide);
  return finished(context, definitions, ended.record, ended.error);
}

interface Ended {
  readonly record: ReleaseRecord;
  readonly error: unknown;
}

async function perform(
  context: ActionContext,
  pending: ReleaseRecord,
  last: ReleaseRecord,
  serverSide: boolean,
): Promise<Ended> {
  const settings = context.settings.rollback;
  let record = pending;
  const hooks = async (event: "pre-rollback" | "post-rollback") => {
    if (!settings.hooks) return;
    const run = await runHooksAndClean(context, record, hookOptions(event, serverSide, settings));
    record = run.record;
    if (run.error !== undefined) throw run.error;
  };
  try {
    const originals = await manifestObjects(last.manifest, context).catch((error: unknown) => {
      throw prefixed(error, "unable to build kubernetes objects from current release manifest: ");
    });
    const targets = await ownedObjects(pending.manifest, context).catch((error: unknown) => {
      throw prefixed(error, "unable to build kubernetes objects from new release manifest: ");
    });
    await hooks("pre-rollback");
    const method = writeMethod(serverSide, settings, true);
    const { created, error } = await updateObjects(originals, targets, method, context);
    if (error !== undefined) return await refused(context, record, last, { created, error });
    try {
      await waitForRelease(context, targets, settings);
    } catch (cause) {
      return await unready(context, record, last, cause);
    }
    await hooks("post-rollback");
  } catch (error) {
    return { record, error };
  }
  return { record: await deployed(context, record), error: undefined };
}

async function refused(
  context: ActionContext,
  record: ReleaseRecord,
  last: ReleaseRecord,
  { created, error }: { readonly created: readonly KubeObject[]; readonly error: unknown },
): Promise<Ended> {
  const failed = described(record, "failed", `Rollback "${record.name}" failed: ${wordsOf(error)}`);
  await context.storage.update(described(last, "superseded"));
  await context.storage.update(failed);
  const { cleanupOnFail } = context.settings.rollback;
  return { record: failed, error: cleanupOnFail ? await cleanedUp(context, created, error) : error };
}

async function unready(
  context: ActionContext,
  record: ReleaseRecord,
  last: ReleaseRecord,
  cause: unknown,
): Promise<Ended> {
  const failed = described(record, "failed", `Release "${record.name}" failed: ${wordsOf(cause)}`);
  await context.storage.update(last);
  await context.storage.update(failed);
  if (!(cause instanceof CatalystError)) return { record: failed, error: cause };
  const words = `release ${record.name} failed: ${errorMessage(cause)}`;
  return { record: failed, error: new CatalystError(cause.code, words, { cause }) };
}

/** Every other deployed revision is superseded. */
async function deployed({ storage }: ActionContext, record: ReleaseRecord): Promise<ReleaseRecord> {
  for (const other of await storage.all()) {
    if (other.info.status === "deployed") await storage.update(described(other, "superseded"));
  }
  const done = described(record, "deployed");
  await storage.update(done);
  return done;
}
