import { CatalystError, errorMessage } from "@catalyst/base/errors";
import { inUninstallOrder, isKept, type ReleaseRecord } from "@catalyst/charts/records";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { objectIdOf } from "../apply/index.ts";
import { type ActionResult, described, hookOptions, timeOf } from "./action.ts";
import type { ActionContext } from "./context.ts";
import { runHooksAndClean } from "./hooks.ts";
import { deleteObjects, manifestObjects } from "./objects.ts";
import { waitUntilDeleted } from "./waiting.ts";

/**
 * Removes a release whose revisions are `stored`, the newest first: its objects but those it keeps, and its records
 * unless they are kept. What fails once the objects are deleted doesn't keep the records. Source: Helm's Uninstall.
 */
export async function uninstall(
  context: ActionContext,
  stored: readonly ReleaseRecord[],
): Promise<ActionResult> {
  const error = await perform(context, stored);
  return { records: context.storage.takeWritten(), objects: error === undefined ? [] : undefined, error };
}

async function perform(context: ActionContext, stored: readonly ReleaseRecord[]): Promise<unknown> {
  const { settings, storage } = context;
  const { keepHistory, hooks, propagation } = settings.uninstall;
  const last = stored[0] as ReleaseRecord;
  if (last.info.status === "uninstalled") {
    if (!keepHistory) await purge(context, stored);
    return undefined;
  }
  let record = described(last, "uninstalling", "Deletion in progress (or silently failed)");
  record = { ...record, info: { ...record.info, deleted: timeOf(context) } };
  const runHooks = async (event: "pre-delete" | "post-delete") => {
    if (!hooks) return undefined;
    const run = await runHooksAndClean(context, record, hookOptions(event, true, settings.uninstall));
    record = run.record;
    return run.error;
  };
  const refusal = await runHooks("pre-delete");
  if (refusal !== undefined) return refusal;
  await storage.update(record);
  const objects = await deletedObjects(context, record);
  try {
    await deleteObjects(objects, context, propagation);
  } catch (cause) {
    if (!(cause instanceof CatalystError)) throw cause;
    return new CatalystError("release-delete-failed", `failed to delete release: ${record.name}`, { cause });
  }
  const failures: unknown[] = [];
  await waitUntilDeleted(context, objects.map(objectIdOf), settings.uninstall).catch((error) =>
    failures.push(error),
  );
  const failure = await runHooks("post-delete");
  if (failure !== undefined) failures.push(failure);
  record = described(record, "uninstalled", "Uninstallation complete");
  await (keepHistory ? keep(context, record) : purge(context, stored));
  if (failures.length === 0) return undefined;
  const words = `uninstallation completed with ${failures.length} error(s): ${failures.map(errorMessage).join("; ")}`;
  return new CatalystError("release-delete-failed", words, { cause: failures[0] });
}

/** The objects that go, in the order in which they go. */
async function deletedObjects(context: ActionContext, record: ReleaseRecord): Promise<readonly KubeObject[]> {
  const objects = await manifestObjects(record.manifest, context, { skipsUnknown: true });
  return inUninstallOrder(objects).filter(({ metadata }) => !isKept(metadata.annotations));
}

async function keep({ storage }: ActionContext, record: ReleaseRecord): Promise<void> {
  await storage.update(record);
  for (const other of await storage.all())
    if (other.info.status === "deployed") await storage.update(described(other, "superseded"));
}

async function purge({ storage }: ActionContext, stored: readonly ReleaseRecord[]): Promise<void> {
  const all = await storage.all();
  for (const record of all.length > 0 ? [...all].reverse() : [...stored].reverse())
    await storage.remove(record);
}
