import { CatalystError, errorMessage, isCatalystError } from "@catalyst/base/errors";
import { isObject, type JsonObject } from "@catalyst/base/json";
import { builtinForm } from "@catalyst/embedded-kubernetes";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { mapParallel } from "../../apply/index.ts";
import type { ActionContext } from "../context.ts";
import { byKind, concurrency, owned, placedObjects } from "../objects.ts";
import { compare, type Drift } from "./compare.ts";
import { ignoredPaths } from "./ignored-paths.ts";

/** How many problems are told. */
const mostProblems = 10;

/**
 * Compares the objects of a release with the cluster's. Gives those that others changed or removed, and those that
 * aren't looked at, in the manifest's order; an object that can't be compared is left out when another was changed.
 * Throws `drift-unknown` when nothing is known to have changed and not all could be compared. Source: Flux's Diff of a
 * release.
 */
export async function detectDrift(context: ActionContext, manifest: string): Promise<readonly Drift[]> {
  const problems: unknown[] = [];
  const drifts: Drift[] = [];
  try {
    const ignored = ignoredPaths(context.settings.driftDetection.ignore);
    for (const group of byKind(await releaseObjects(context, manifest, problems))) {
      context.signal.throwIfAborted();
      const found = await mapParallel(group, concurrency, (object) =>
        compare(context, object, ignored(object)).catch((error: unknown) => {
          if (context.signal.aborted || !isCatalystError(error)) throw error;
          return error;
        }),
      );
      for (const result of found) {
        if (result instanceof CatalystError) problems.push(result);
        else if (result !== undefined) drifts.push(result);
      }
    }
  } catch (error) {
    if (context.signal.aborted || !isCatalystError(error)) throw error;
    problems.push(error);
  }
  const isChanged = drifts.some(({ what }) => what.is !== "excluded");
  if (problems.length > 0 && !isChanged) throw unknown(problems);
  return isChanged ? drifts : [];
}

function unknown(problems: readonly unknown[]): CatalystError {
  const told = [...new Set(problems.map(errorMessage))];
  const rest = told.length > mostProblems ? [`and ${told.length - mostProblems} more`] : [];
  const words = told.length === 1 ? told[0] : `[${[...told.slice(0, mostProblems), ...rest].join(", ")}]`;
  const message = `unable to determine cluster state: ${words}`;
  return new CatalystError("drift-unknown", message, { cause: problems[0] });
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
