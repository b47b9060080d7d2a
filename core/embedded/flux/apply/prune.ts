import { CatalystError, errorMessage } from "@catalyst/base/errors";
import type { ClusterClient } from "@catalyst/ports/kubernetes";
import type { Change } from "./changes.ts";
import { apiVersionOf, compareForApply, type ObjectId, subjectOf } from "./object-reference.ts";
import type { ResourceTypes } from "./resource-types.ts";
import { isMarked } from "./server-side-apply.ts";

export interface PruneOptions {
  readonly client: ClusterClient;
  readonly types: ResourceTypes;
  /** Only objects with these labels are deleted: one that was taken over by another isn't ours any more. */
  readonly owner: Readonly<Record<string, string>>;
  /** Objects with one of these labels or annotations are kept. */
  readonly keep: readonly (readonly [name: string, value: string])[];
}

export interface Pruned {
  readonly changes: readonly Change[];
  /** What couldn't be deleted and why. */
  readonly failures: readonly { readonly id: ObjectId; readonly message: string }[];
}

/** Deletes objects in the reverse order of applying; what is gone already counts as deleted. */
export async function pruneObjects(objects: readonly ObjectId[], options: PruneOptions): Promise<Pruned> {
  const changes: Change[] = [];
  const failures: { id: ObjectId; message: string }[] = [];
  for (const id of [...objects].sort((a, b) => compareForApply(b, a))) {
    try {
      changes.push({ id, action: await deleteOne(id, options) });
    } catch (error) {
      failures.push({ id, message: `${subjectOf(id)} delete failed: ${errorMessage(error)}` });
    }
  }
  return { changes, failures };
}

async function deleteOne(id: ObjectId, options: PruneOptions): Promise<"deleted" | "skipped"> {
  const type = await options.types.find(options.client, apiVersionOf(id), id.kind);
  if (type === undefined) return "deleted";
  const key = type.namespaced ? { namespace: id.namespace, name: id.name } : { name: id.name };
  const existing = await options.client.find(type, key);
  if (existing === undefined) return "deleted";
  const { labels = {} } = existing.metadata;
  const isOurs = Object.entries(options.owner).every(([name, value]) => labels[name] === value);
  if (!isOurs || isMarked(existing, options.keep)) return "skipped";
  await options.client.delete(type, key, { propagation: "Background", uid: existing.metadata.uid });
  return "deleted";
}

/** The error of a deletion that didn't wholly succeed; undefined when it did. */
export function pruneError(pruned: Pruned): CatalystError | undefined {
  if (pruned.failures.length === 0) return undefined;
  const words = pruned.failures.map((failure) => `${failure.message};`).join("");
  return new CatalystError("prune-failed", `delete failed, errors: ${words}`);
}
