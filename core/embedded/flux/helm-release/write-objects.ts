import { CatalystError, errorMessage } from "@catalyst/base/errors";
import { isKubernetesError, type KubeObject, keyOf, type ResourceType } from "@catalyst/ports/kubernetes";
import { mapParallel, objectIdOf, serverWords } from "../apply/index.ts";
import { clientSidePatch } from "./client-side-patch.ts";
import { serverSideManagers } from "./field-managers.ts";
import { byKind, concurrency, type ObjectsOptions } from "./objects.ts";

/** As whom Flux's helm-controller writes. */
export const fieldManager = "helm-controller";

/** How objects are written that may be there already. */
export type WriteMethod =
  /** `takesOver`: the fields that client-side apply set are made server-side apply's first. */
  | { readonly method: "server-side"; readonly takesOver: boolean }
  /** `threeWay`: of kinds that aren't built in, too, what others set is left alone. */
  | { readonly method: "client-side"; readonly threeWay: boolean }
  | { readonly method: "replace" };

export interface Update {
  /** What wasn't there before: also what then couldn't be created. */
  readonly created: readonly KubeObject[];
  /** Why not all was done. */
  readonly error: unknown;
}

/**
 * Creates objects of a release that isn't there yet, kind by kind. Server-side, fields that others own are taken with
 * `force` alone. Tries all; throws `release-apply-failed` for those that were refused.
 */
export async function createObjects(
  objects: readonly KubeObject[],
  isServerSide: boolean,
  options: ObjectsOptions,
  force = false,
): Promise<void> {
  const failures: unknown[] = [];
  for (const group of byKind(objects)) {
    options.signal.throwIfAborted();
    await mapParallel(group, concurrency, async (object) => {
      try {
        await createObject(object, { isServerSide, force }, options);
      } catch (error) {
        if (!isReleaseError(error)) throw error;
        failures.push(error);
      }
    });
  }
  if (failures.length > 0) throw joined(failures, "\n");
}

/**
 * Makes the cluster's objects those wanted (`targets`), one after the other, and deletes what the release had before
 * (`originals`) and has no more, unless an annotation on it says to keep it. Nothing is deleted when a target was
 * refused, and nothing more is done when one couldn't be created.
 */
export async function updateObjects(
  originals: readonly KubeObject[],
  targets: readonly KubeObject[],
  method: WriteMethod,
  options: ObjectsOptions,
): Promise<Update> {
  const created: KubeObject[] = [];
  const failures: unknown[] = [];
  const known = new Map(originals.map((object) => [identityOf(object), object]));
  try {
    for (const target of targets) {
      options.signal.throwIfAborted();
      const type = await options.types.of(options.client, target.apiVersion, target.kind);
      const live = await options.client.find(type, keyOf(target)).catch((error: unknown) => {
        if (!isKubernetesError(error)) throw error;
        throw refusal(`could not get information about the resource: ${error.message}`, error);
      });
      if (live === undefined) {
        created.push(target);
        await createMissing(target, method, options);
      } else {
        const original = known.get(identityOf(target)) ?? live;
        await updateObject({ type, original, target, live }, method, options).catch((error) => {
          if (!isReleaseError(error)) throw error;
          failures.push(error);
        });
      }
    }
    if (failures.length > 0) throw joined(failures, " && ");
    await deleteDropped(originals, targets, options);
    return { created, error: undefined };
  } catch (error) {
    return { created, error };
  }
}

/** What makes two objects one: the version in which they are written doesn't count. */
function identityOf(object: KubeObject): string {
  const { group, kind, namespace, name } = objectIdOf(object);
  return [group, kind, namespace, name].join("/");
}

async function createMissing(
  target: KubeObject,
  method: WriteMethod,
  options: ObjectsOptions,
): Promise<void> {
  const isServerSide = method.method === "server-side";
  try {
    await createObject(target, { isServerSide, force: isServerSide }, options);
  } catch (error) {
    if (!isReleaseError(error)) throw error;
    throw refusal(`failed to create resource: ${errorMessage(error)}`, error);
  }
}

async function createObject(
  object: KubeObject,
  { isServerSide, force }: { readonly isServerSide: boolean; readonly force: boolean },
  options: ObjectsOptions,
): Promise<void> {
  const type = await options.types.of(options.client, object.apiVersion, object.kind);
  if (isServerSide) return applyObject(type, object, force, options);
  await refusing(object, "", () => options.client.create(type, object, { fieldManager }));
}

async function applyObject(
  type: ResourceType,
  object: KubeObject,
  force: boolean,
  { client }: ObjectsOptions,
): Promise<void> {
  const words = { fieldManager, force, fieldValidation: "Strict" } as const;
  const { namespace = "", name } = object.metadata;
  const subject = `object ${namespace}/${name} ${type.group}/${type.version}, Kind=${type.kind}: `;
  await refusing(
    object,
    (error) =>
      isKubernetesError(error, "kubernetes-conflict")
        ? `conflict occurred while applying ${subject}`
        : `server-side apply failed for ${subject}`,
    () => client.apply(type, object, words),
  );
}

interface Change {
  readonly type: ResourceType;
  readonly original: KubeObject;
  readonly target: KubeObject;
  readonly live: KubeObject;
}

async function updateObject(change: Change, method: WriteMethod, options: ObjectsOptions): Promise<void> {
  const { type, target, live } = change;
  const { client } = options;
  switch (method.method) {
    case "server-side": {
      if (method.takesOver) await takeOverFields(type, live, options);
      return applyObject(type, target, true, options);
    }
    case "replace": {
      const { resourceVersion } = live.metadata;
      const whole = { ...target, metadata: { ...target.metadata, resourceVersion } } as KubeObject;
      const words = { fieldManager, fieldValidation: "Strict" } as const;
      await refusing(target, "failed to replace object: ", () => client.update(type, whole, words));
      return;
    }
    case "client-side": {
      const patch = clientSidePatch(change, method.threeWay);
      if (patch === undefined) return;
      const subject = `cannot patch "${target.metadata.name}" with kind ${type.kind}: `;
      await refusing(target, subject, () =>
        client.patch(type, keyOf(target), patch.format, patch.patch, { fieldManager }),
      );
    }
  }
}

async function takeOverFields(
  type: ResourceType,
  live: KubeObject,
  { client }: ObjectsOptions,
): Promise<void> {
  const patch = serverSideManagers(live, fieldManager);
  if (patch === undefined) return;
  const words = { fieldManager, fieldValidation: "Strict" } as const;
  await refusing(live, "failed to patch object to upgrade CSA field manager: ", () =>
    client.patch(type, keyOf(live), "json", patch, words),
  );
}

async function deleteDropped(
  originals: readonly KubeObject[],
  targets: readonly KubeObject[],
  { client, types }: ObjectsOptions,
): Promise<void> {
  const wanted = new Set(targets.map(identityOf));
  const failures: unknown[] = [];
  for (const object of originals) {
    if (wanted.has(identityOf(object))) continue;
    const type = await types.find(client, object.apiVersion, object.kind);
    if (type === undefined) continue;
    const live = await client.find(type, keyOf(object)).catch((error: unknown) => {
      if (!isKubernetesError(error)) throw error;
      return undefined;
    });
    if (live === undefined) continue;
    if (live.metadata.annotations?.["helm.sh/resource-policy"] === "keep") continue;
    const { namespace = "", name } = object.metadata;
    const subject = `failed to delete resource namespace=${namespace}, name=${name}, kind=${object.kind}: `;
    await refusing(object, subject, () =>
      client.delete(type, keyOf(object), { propagation: "Background" }),
    ).catch((error) => {
      if (!isReleaseError(error)) throw error;
      failures.push(error);
    });
  }
  if (failures.length > 0) throw joined(failures, " && ");
}

/** Runs a write; what the server refuses is thrown as `release-apply-failed`, with words before the server's. */
async function refusing(
  object: KubeObject,
  words: string | ((error: unknown) => string),
  write: () => Promise<unknown>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isKubernetesError(error)) throw error;
    const before = typeof words === "string" ? words : words(error);
    throw refusal(`${before}${serverWords(object, error)}`, error);
  }
}

function refusal(message: string, cause: unknown): CatalystError {
  return new CatalystError("release-apply-failed", message, { cause });
}

function isReleaseError(error: unknown): boolean {
  return error instanceof CatalystError && error.code === "release-apply-failed";
}

function joined(failures: readonly unknown[], separator: string): unknown {
  if (failures.length === 1) return failures[0];
  return refusal(failures.map(errorMessage).join(separator), failures[0]);
}
