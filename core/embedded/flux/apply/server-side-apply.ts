import type { Clock } from "@catalyst/base/clock";
import { CatalystError, errorMessage } from "@catalyst/base/errors";
import { jsonEqual } from "@catalyst/base/json";
import {
  type ClusterClient,
  isKubernetesError,
  type KubeObject,
  keyOf,
  type ResourceType,
} from "@catalyst/ports/kubernetes";
import { waitForObjects } from "../readiness/index.ts";
import type { Change } from "./changes.ts";
import {
  compareForApply,
  isClass,
  isDefinition,
  type ObjectId,
  objectIdOf,
  subjectOf,
} from "./object-reference.ts";
import { mapParallel } from "./parallel.ts";
import type { ResourceTypes } from "./resource-types.ts";
import { serverWords } from "./server-words.ts";

/** Label or annotation values that change what is done with an object. */
export interface ApplyMarks {
  /** Not touched at all. */
  readonly skip: readonly (readonly [name: string, value: string])[];
  /** Created, but never changed. */
  readonly ifNotPresent: readonly (readonly [name: string, value: string])[];
  /** Replaced when a change needs it. */
  readonly force: readonly (readonly [name: string, value: string])[];
}

export interface ApplyOptions {
  readonly client: ClusterClient;
  readonly types: ResourceTypes;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly fieldManager: string;
  readonly marks: ApplyMarks;
  /** Replaces every object whose change needs it. */
  readonly force: boolean;
  /** Tells whether an object was applied just like this and needs no look. */
  isApplied?(object: KubeObject): boolean;
}

/** Definitions get this long to become ready. */
const definitionTimeout = 60_000;
const concurrency = 16;

/**
 * Applies objects in stages: definitions, classes, the rest. Each stage is tried before any of it is written, so
 * an object the server refuses keeps the whole stage from being applied. What the cluster has already isn't
 * written. Throws `apply-failed` naming the object.
 */
export async function applyObjects(
  objects: readonly KubeObject[],
  options: ApplyOptions,
): Promise<readonly Change[]> {
  const all = objects.map((object) => ({ object, id: objectIdOf(object) }));
  all.sort((a, b) => compareForApply(a.id, b.id));
  const definitions = all.filter(({ id }) => isDefinition(id));
  const classes = all.filter(({ id }) => !isDefinition(id) && isClass(id));
  const rest = all.filter(({ id }) => !isDefinition(id) && !isClass(id));
  const changes: Change[] = [];
  for (const stage of [definitions, classes]) {
    const done = await applyStage(
      stage.map(({ object }) => object),
      options,
    );
    changes.push(...done);
    const touched = done.filter((change) => change.action === "created" || change.action === "configured");
    await waitForObjects(
      touched.map((change) => change.id),
      { ...options, timeout: definitionTimeout },
    );
  }
  changes.push(
    ...(await applyStage(
      rest.map(({ object }) => object),
      options,
    )),
  );
  return changes;
}

interface Trial {
  readonly type: ResourceType | undefined;
  readonly object: KubeObject;
  readonly change: Change;
}

async function applyStage(objects: readonly KubeObject[], options: ApplyOptions): Promise<readonly Change[]> {
  const trials = await mapParallel(objects, concurrency, (object) => tryObject(object, options));
  await mapParallel(trials, concurrency, async ({ type, object, change }) => {
    if (type === undefined || (change.action !== "created" && change.action !== "configured")) return;
    try {
      await options.client.apply(type, object, { fieldManager: options.fieldManager, force: true });
    } catch (error) {
      throw refused(change.id, `apply failed: ${serverWords(object, error)}`, error);
    }
  });
  return trials.map((trial) => trial.change);
}

async function tryObject(object: KubeObject, options: ApplyOptions): Promise<Trial> {
  const { client, types } = options;
  const id = objectIdOf(object);
  if (options.isApplied?.(object) === true)
    return { type: undefined, object, change: { id, action: "unchanged" } };
  const type = await typeOf(object, options);
  const scoped = type.namespaced ? object : withoutNamespace(object);
  const scopedId = objectIdOf(scoped);
  const existing = await client.find(type, keyOf(scoped));
  if (isSkipped(scoped, existing, options.marks)) {
    return { type, object: scoped, change: { id: scopedId, action: "skipped" } };
  }
  try {
    const dryRun = await client.apply(type, scoped, {
      fieldManager: options.fieldManager,
      force: true,
      dryRun: true,
    });
    const action =
      existing === undefined ? "created" : hasDrifted(existing, dryRun) ? "configured" : "unchanged";
    return { type, object: scoped, change: { id: scopedId, action } };
  } catch (error) {
    if (existing !== undefined && mayReplace(scoped, existing, options, error)) {
      await replace(type, existing, options);
      return { type, object: scoped, change: { id: scopedId, action: "created" } };
    }
    if (isKubernetesError(error, "kubernetes-unknown-kind")) types.forget(client, object);
    throw dryRunFailure(scopedId, scoped, error);
  }
}

async function typeOf(object: KubeObject, options: ApplyOptions): Promise<ResourceType> {
  try {
    return await options.types.of(options.client, object.apiVersion, object.kind);
  } catch (error) {
    throw dryRunFailure(objectIdOf(object), object, error);
  }
}

function withoutNamespace(object: KubeObject): KubeObject {
  const { namespace: _none, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function isSkipped(object: KubeObject, existing: KubeObject | undefined, marks: ApplyMarks): boolean {
  if (isMarked(object, marks.skip) || (existing !== undefined && isMarked(existing, marks.skip))) return true;
  return existing !== undefined && isMarked(object, marks.ifNotPresent);
}

/** Tells whether an object has one of the labels or annotations; values are compared without case. */
export function isMarked(object: KubeObject, marks: readonly (readonly [string, string])[]): boolean {
  const { labels = {}, annotations = {} } = object.metadata;
  return marks.some(([name, value]) =>
    [labels[name], annotations[name]].some((given) => given?.toLowerCase() === value.toLowerCase()),
  );
}

/** Compares all but what the server alone writes. */
function hasDrifted(existing: KubeObject, wanted: KubeObject): boolean {
  const { labels: oldLabels, annotations: oldAnnotations } = existing.metadata;
  const { labels, annotations } = wanted.metadata;
  if (!jsonEqual(oldLabels ?? {}, labels ?? {}) || !jsonEqual(oldAnnotations ?? {}, annotations ?? {}))
    return true;
  const content = ({ metadata: _metadata, status: _status, ...fields }: KubeObject) => fields;
  return !jsonEqual(content(existing), content(wanted));
}

function mayReplace(
  object: KubeObject,
  existing: KubeObject,
  options: ApplyOptions,
  error: unknown,
): boolean {
  const needed =
    isKubernetesError(error, "kubernetes-invalid", "kubernetes-conflict") ||
    /immutable/.test(errorMessage(error));
  const allowed =
    options.force || isMarked(object, options.marks.force) || isMarked(existing, options.marks.force);
  return needed && allowed;
}

async function replace(type: ResourceType, existing: KubeObject, options: ApplyOptions): Promise<void> {
  await options.client.delete(type, keyOf(existing), {
    propagation: "Background",
    uid: existing.metadata.uid,
  });
  await waitForObjects([objectIdOf(existing)], { ...options, timeout: definitionTimeout, until: "gone" });
}

/** Why an object couldn't be applied on trial: `apply-failed`, naming the object. */
export function dryRunFailure(id: ObjectId, object: KubeObject, error: unknown): CatalystError {
  if (!isKubernetesError(error)) return refused(id, `dry-run failed: ${errorMessage(error)}`, error);
  if (error.code === "kubernetes-not-found")
    return refused(id, `not found: ${serverWords(object, error)}`, error);
  const reason = error.reason === "" ? "" : ` (${error.reason})`;
  return refused(id, `dry-run failed${reason}: ${serverWords(object, error)}`, error);
}

function refused(id: ObjectId, words: string, cause: unknown): CatalystError {
  return new CatalystError("apply-failed", `${subjectOf(id)} ${words}`, { cause, details: { object: id } });
}
