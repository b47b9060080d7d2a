import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { isKubernetesError, type KubeObject, keyOf, type ResourceType } from "@catalyst/ports/kubernetes";
import { dryRunFailure, isMarked, objectIdOf, subjectOf } from "../../apply/index.ts";
import type { ActionContext } from "../context.ts";
import { fieldManager } from "../write-objects.ts";
import { type JsonChange, jsonChanges } from "./json-changes.ts";
import { withPathsOf } from "./json-pointers.ts";

/** What became of an object that a release made. */
export interface Drift {
  /** As the release says. */
  readonly wanted: KubeObject;
  readonly type: ResourceType;
  /** What of it isn't compared. */
  readonly ignored: readonly string[];
  readonly what:
    | { readonly is: "removed" }
    /** It isn't looked at, as a mark on it or a rule says. */
    | { readonly is: "excluded" }
    /** The patch that puts right the object of this version. */
    | { readonly is: "changed"; readonly patch: readonly JsonChange[]; readonly resourceVersion: string };
}

/** A label or annotation by which an object isn't looked at. */
const marks = [["helm.toolkit.fluxcd.io/driftDetection", "disabled"]] as const;

/**
 * Compares an object of a release with the cluster's: it is applied on trial, and what would be otherwise then was
 * changed by others. Undefined when it is as it should be. Throws `apply-failed` when the server refuses the trial.
 */
export async function compare(
  context: ActionContext,
  wanted: KubeObject,
  ignored: readonly string[],
): Promise<Drift | undefined> {
  const { client, types } = context;
  const type = await types.of(client, wanted.apiVersion, wanted.kind);
  const drift = (what: Drift["what"]): Drift => ({ wanted, type, ignored, what });
  if (isMarked(wanted, marks) || ignored.includes("")) return drift({ is: "excluded" });
  const live = await client.find(type, keyOf(wanted));
  if (live !== undefined && isMarked(live, marks)) return drift({ is: "excluded" });
  const trial = await client
    .apply(type, wanted, { fieldManager, force: true, dryRun: true })
    .catch((error: unknown) => {
      if (!isKubernetesError(error)) throw error;
      throw dryRunFailure(objectIdOf(wanted), wanted, error);
    });
  if (live === undefined) return drift({ is: "removed" });
  const patch = patchOf(live, trial, ignored);
  const { resourceVersion = "" } = live.metadata;
  return patch.length === 0 ? undefined : drift({ is: "changed", patch, resourceVersion });
}

function patchOf(live: KubeObject, trial: KubeObject, ignored: readonly string[]): readonly JsonChange[] {
  try {
    const after = withPathsOf(trial, live, ignored);
    return [...markChanges(live, after), ...jsonChanges(contentOf(live), contentOf(after))];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const words = `${subjectOf(objectIdOf(live))} nests too deeply to be compared`;
    throw new CatalystError("drift-object-too-deep", words, { cause: error });
  }
}

/** Labels and annotations alone; those that others added are theirs. */
function markChanges(live: KubeObject, after: KubeObject): readonly JsonChange[] {
  // The rest of the metadata isn't compared, so it must not be replaced.
  const shell = new Set(["", "/metadata"]);
  return jsonChanges(marksOf(live), marksOf(after), shell).filter(({ op }) => op !== "remove");
}

function marksOf({ metadata }: KubeObject): object {
  const { labels, annotations } = isObject(metadata) ? metadata : {};
  return {
    metadata: {
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
  };
}

function contentOf({ metadata: _metadata, status: _status, ...content }: KubeObject): object {
  return content;
}
