import { CatalystError, errorMessage } from "@catalyst/base/errors";
import type { CrdFile } from "@catalyst/charts/records";
import { isKubernetesError, type KubeObject } from "@catalyst/ports/kubernetes";
import { type ObjectId, objectIdOf } from "../apply/index.ts";
import { waitForObjects } from "../readiness/index.ts";
import type { ActionContext } from "./context.ts";
import { manifestObjects } from "./objects.ts";
import type { ActionSettings } from "./settings.ts";
import { createObjects, updateObjects } from "./write-objects.ts";

/** A definition gets this long to be served. */
const patience = 60_000;

/**
 * Applies a chart's definitions as the policy says, waits until they are served, and gives all of them. What else a
 * chart has among them isn't applied. Server-side, `Create` changes definitions that are there as well: it applies
 * them; client-side it leaves them as they are. None is ever deleted. Source: Flux's applyCRDs.
 */
export async function applyDefinitions(
  context: ActionContext,
  crds: readonly CrdFile[],
  { crds: policy }: ActionSettings,
  serverSide: boolean,
): Promise<readonly ObjectId[]> {
  const objects: KubeObject[] = [];
  for (const { content } of crds) objects.push(...(await manifestObjects(content, context)));
  const definitions = objects
    .filter(({ apiVersion, kind }) => kind === "CustomResourceDefinition" && apiVersion.startsWith("apiext"))
    .map((object) => labelled(object, context));
  const ids = objects.map(objectIdOf);
  if (policy === "Skip" || definitions.length === 0) return ids;
  try {
    const applied =
      policy === "Create"
        ? await createDefinitions(context, definitions, serverSide)
        : await replaceDefinitions(context, definitions, serverSide);
    await waitForObjects(applied.map(objectIdOf), { ...context, timeout: patience });
  } catch (error) {
    if (!(error instanceof CatalystError)) throw error;
    const words = `failed to apply CustomResourceDefinitions: ${errorMessage(error)}`;
    throw new CatalystError(error.code, words, { cause: error });
  }
  for (const { apiVersion, kind } of objects) context.types.forget(context.client, { apiVersion, kind });
  return ids;
}

function labelled(object: KubeObject, { origin }: ActionContext): KubeObject {
  return { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...origin } } };
}

async function createDefinitions(
  context: ActionContext,
  definitions: readonly KubeObject[],
  serverSide: boolean,
): Promise<readonly KubeObject[]> {
  const created: KubeObject[] = [];
  for (const definition of definitions) {
    try {
      await createObjects([definition], serverSide, context, true);
      created.push(definition);
    } catch (error) {
      const { cause } = error as { readonly cause?: unknown };
      if (isKubernetesError(cause, "kubernetes-already-exists")) continue;
      const words = `failed to create CustomResourceDefinition ${definition.metadata.name}: ${errorMessage(error)}`;
      throw new CatalystError("release-apply-failed", words, { cause: error });
    }
  }
  return created;
}

async function replaceDefinitions(
  context: ActionContext,
  definitions: readonly KubeObject[],
  serverSide: boolean,
): Promise<readonly KubeObject[]> {
  const method = serverSide
    ? ({ method: "server-side", takesOver: false } as const)
    : ({ method: "replace" } as const);
  const { error } = await updateObjects([], definitions, method, context);
  if (error === undefined) return definitions;
  const words = `failed to update CustomResourceDefinition(s): ${errorMessage(error)}`;
  throw new CatalystError("release-apply-failed", words, { cause: error });
}
