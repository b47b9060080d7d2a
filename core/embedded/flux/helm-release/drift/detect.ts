import { CatalystError, errorMessage, isCatalystError } from "@catalyst/base/errors";
import { isObject, type JsonObject } from "@catalyst/base/json";
import { builtinForm } from "@catalyst/embedded-kubernetes";
import { isKubernetesError, type KubeObject, keyOf, type ResourceType } from "@catalyst/ports/kubernetes";
import { dryRunFailure, isMarked, mapParallel, objectIdOf } from "../../apply/index.ts";
import type { ActionContext } from "../context.ts";
import { byKind, concurrency, owned, placedObjects } from "../objects.ts";
import { fieldManager } from "../write-objects.ts";
import { ignoredPaths, withoutPath } from "./ignored-paths.ts";
import { type JsonChange, jsonChanges } from "./json-changes.ts";

/** What became of an object that a release made. */
export interface Drift {
  /** As the release says. */
  readonly wanted: KubeObject;
  readonly type: ResourceType;
  readonly what:
    | { readonly is: "removed" }
    /** It isn't looked at, as a mark on it or a rule says. */
    | { readonly is: "excluded" }
    /** The patch that puts it right. */
    | { readonly is: "changed"; readonly patch: readonly JsonChange[] };
}

/** A label or annotation by which an object isn't looked at. */
const marks = [["helm.toolkit.fluxcd.io/driftDetection", "disabled"]] as const;

/**
 * Compares the objects of a release with the cluster's: each is applied on trial, and what would be otherwise then was
 * changed by others. Gives those that were, and those that aren't looked at, in the manifest's order; an object that
 * can't be compared is left out when another was changed. Throws `drift-unknown` when nothing is known to have changed
 * and not all could be compared. Source: Flux's Diff of a release.
 */
export async function detectDrift(context: ActionContext, manifest: string): Promise<readonly Drift[]> {
  const problems: unknown[] = [];
  const drifts: Drift[] = [];
  try {
    const ignored = ignoredPaths(context.settings.driftDetection.ignore);
    const objects = await releaseObjects(context, manifest, problems);
    for (const group of byKind(objects)) {
      context.signal.throwIfAborted();
      const found = await mapParallel(group, concurrency, async (object) => {
        try {
          return await compared(context, object, ignored(object));
        } catch (error) {
          if (!isCatalystError(error)) throw error;
          problems.push(error);
          return undefined;
        }
      });
      drifts.push(...found.flatMap((drift) => drift ?? []));
    }
  } catch (error) {
    if (context.signal.aborted || !isCatalystError(error)) throw error;
    problems.push(error);
  }
  const isChanged = drifts.some(({ what }) => what.is !== "excluded");
  if (problems.length > 0 && !isChanged) {
    const [first] = problems;
    const told = [...new Set(problems.map(errorMessage))];
    const words = told.length === 1 ? told[0] : `[${told.join(", ")}]`;
    throw new CatalystError("drift-unknown", `unable to determine cluster state: ${words}`, { cause: first });
  }
  return isChanged ? drifts : [];
}

/** The objects as the release made them; what can't be read of them is a problem. */
async function releaseObjects(
  context: ActionContext,
  manifest: string,
  problems: unknown[],
): Promise<readonly KubeObject[]> {
  const documents = await context.work.readManifest(manifest, context.signal);
  const objects: KubeObject[] = [];
  for (const document of documents) {
    try {
      for (const object of await placedObjects([document], context))
        objects.push(owned(asApplied(object), context.release));
    } catch (error) {
      const isOfObject =
        isCatalystError(error, "release-kind-unknown") || isCatalystError(error, "release-manifest-invalid");
      if (!isOfObject) throw error;
      problems.push(error);
    }
  }
  return objects;
}

/** As Flux applies an object on trial: a built-in one as Go's client makes it anew, and without a status. */
function asApplied(object: KubeObject): KubeObject {
  const isRole = object.apiVersion === "rbac.authorization.k8s.io/v1" && /^(Cluster)?Role$/.test(object.kind);
  const made = isRole ? undefined : builtinForm(object as unknown as JsonObject);
  const applied = { ...((made as KubeObject | undefined) ?? object) } as Record<string, unknown>;
  if (object.kind !== "CustomResourceDefinition") delete applied["status"];
  return withSecretData(applied) as unknown as KubeObject;
}

/** What a Secret says in plain text is stored encoded; only so can the two be compared. */
function withSecretData({ stringData, ...object }: Record<string, unknown>): Record<string, unknown> {
  if (object["kind"] !== "Secret" || object["apiVersion"] !== "v1" || !isObject(stringData))
    return stringData === undefined ? object : { ...object, stringData };
  const encoded = Object.entries(stringData).map(
    ([key, text]) => [key, Buffer.from(String(text)).toString("base64")] as const,
  );
  const data = isObject(object["data"]) ? object["data"] : {};
  return { ...object, data: { ...data, ...Object.fromEntries(encoded) } };
}

/** Undefined for an object that is as it should be. */
async function compared(
  context: ActionContext,
  wanted: KubeObject,
  ignored: readonly string[],
): Promise<Drift | undefined> {
  const { client, types } = context;
  const type = await types.of(client, wanted.apiVersion, wanted.kind);
  const excluded: Drift = { wanted, type, what: { is: "excluded" } };
  if (isMarked(wanted, marks) || ignored.includes("")) return excluded;
  const live = await client.find(type, keyOf(wanted));
  if (live !== undefined && isMarked(live, marks)) return excluded;
  const trial = await client
    .apply(type, wanted, { fieldManager, force: true, dryRun: true })
    .catch((error: unknown) => {
      if (!isKubernetesError(error)) throw error;
      throw dryRunFailure(objectIdOf(wanted), wanted, error);
    });
  if (live === undefined) return { wanted, type, what: { is: "removed" } };
  const [before, after] = [live, trial].map((object) => ignored.reduce<unknown>(withoutPath, object));
  const patch = [...markChanges(before, after), ...jsonChanges(contentOf(before), contentOf(after))];
  return patch.length === 0 ? undefined : { wanted, type, what: { is: "changed", patch } };
}

/** Labels and annotations alone; those that others added are theirs. */
function markChanges(before: unknown, after: unknown): readonly JsonChange[] {
  // The rest of the metadata isn't compared, so it must not be replaced.
  const shell = new Set(["", "/metadata"]);
  return jsonChanges(marksOf(before), marksOf(after), shell).filter(({ op }) => op !== "remove");
}

function marksOf(object: unknown): object {
  const metadata = isObject(object) && isObject(object["metadata"]) ? object["metadata"] : {};
  const { labels, annotations } = metadata;
  return {
    metadata: {
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
  };
}

function contentOf(object: unknown): object {
  const { metadata: _metadata, status: _status, ...content } = object as Record<string, unknown>;
  return content;
}
