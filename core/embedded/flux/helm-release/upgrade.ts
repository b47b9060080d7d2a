import { CatalystError, errorMessage } from "@catalyst/base/errors";
import type { ReleaseRecord } from "@catalyst/charts/records";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import {
  type ActionResult,
  described,
  finished,
  hookOptions,
  prefixed,
  waitForRelease,
  wordsOf,
  writeMethod,
} from "./action.ts";
import type { ActionContext } from "./context.ts";
import { applyDefinitions } from "./definitions.ts";
import { runHooksAndClean } from "./hooks.ts";
import { deleteObjects, existingObjects, manifestObjects, owned, placedObjects } from "./objects.ts";
import type { RenderedRelease } from "./rendering.ts";
import { updateObjects } from "./write-objects.ts";

/**
 * Upgrades to a rendered release whose record says `pending-upgrade`; `current`: what is deployed, or was tried last.
 * What is refused before anything is stored is thrown. Source: Helm's Upgrade.
 */
export async function upgrade(
  context: ActionContext,
  rendered: RenderedRelease,
  current: ReleaseRecord,
): Promise<ActionResult> {
  const { storage, settings, release } = context;
  const { record } = rendered;
  const serverSide = record.applyMethod === "ssa";
  const definitions = await applyDefinitions(context, rendered.crds, settings.upgrade, serverSide);
  const targets = (await placedObjects(rendered.documents, context)).map((object) => owned(object, release));
  const before = await manifestObjects(current.manifest, context).catch((error: unknown) => {
    throw prefixed(error, "unable to build kubernetes objects from current release manifest: ");
  });
  const known = new Set(before.map(keyText));
  const added = targets.filter((object) => !known.has(keyText(object)));
  const adopted = await existingObjects(added, settings.upgrade.takeOwnership, context).catch(
    (error: unknown) => {
      throw prefixed(error, "unable to continue with update: ");
    },
  );
  await storage.create(record, settings.maxHistory);
  const prepared = { originals: [...before, ...adopted], targets, serverSide };
  const ended = await perform(context, record, current, prepared);
  return finished(context, definitions, ended.record, ended.error);
}

function keyText({ apiVersion, kind, metadata }: KubeObject): string {
  return [apiVersion, kind, metadata.namespace ?? "", metadata.name].join("\0");
}

interface Prepared {
  readonly originals: readonly KubeObject[];
  readonly targets: readonly KubeObject[];
  readonly serverSide: boolean;
}

async function perform(
  context: ActionContext,
  pending: ReleaseRecord,
  current: ReleaseRecord,
  prepared: Prepared,
): Promise<{ readonly record: ReleaseRecord; readonly error: unknown }> {
  const { storage, settings } = context;
  let record = pending;
  let created: readonly KubeObject[] = [];
  const hooks = async (event: "pre-upgrade" | "post-upgrade") => {
    if (!settings.upgrade.hooks) return;
    const options = hookOptions(event, prepared.serverSide, settings.upgrade);
    const run = await runHooksAndClean(context, record, options);
    record = run.record;
    if (run.error !== undefined) throw prefixed(run.error, `${event} hooks failed: `);
  };
  try {
    await hooks("pre-upgrade");
    const takesOver = current.applyMethod !== "ssa";
    const method = writeMethod(prepared.serverSide, settings.upgrade, takesOver);
    const update = await updateObjects(prepared.originals, prepared.targets, method, context);
    created = update.created;
    try {
      if (update.error !== undefined) throw update.error;
      await waitForRelease(context, prepared.targets, settings.upgrade);
    } catch (error) {
      // Helm stores the release before once more as it is
      await storage.update(current);
      throw error;
    }
    await hooks("post-upgrade");
    await storage.update(described(current, "superseded"));
    record = described(record, "deployed", "Upgrade complete");
    await storage.update(record);
    return { record, error: undefined };
  } catch (error) {
    record = described(record, "failed", `Upgrade "${record.name}" failed: ${wordsOf(error)}`);
    await storage.update(record);
    return {
      record,
      error: settings.upgrade.cleanupOnFail ? await cleanedUp(context, created, error) : error,
    };
  }
}

/** Removes what a failed action created, and gives the error there is then. */
export async function cleanedUp(
  context: ActionContext,
  created: readonly KubeObject[],
  error: unknown,
): Promise<unknown> {
  try {
    await deleteObjects(created, context);
    return error;
  } catch (cause) {
    const words = `an error occurred while cleaning up resources. original upgrade error: ${errorMessage(error)}: unable to cleanup resources: ${errorMessage(cause)}`;
    return new CatalystError("release-delete-failed", words, { cause });
  }
}
