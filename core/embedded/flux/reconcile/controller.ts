import type { FluxStatus } from "@catalyst/ports/flux";
import { isKubernetesError, type KubeObject, keyOf, type ResourceType } from "@catalyst/ports/kubernetes";
import type {
  Controller,
  ReconcileContext,
  ReconcileRequest,
  ReconcileResult,
  Trigger,
} from "@catalyst/reconciler";
import { recordEvent } from "@catalyst/reconciler";
import { StatusDraft } from "../status/draft.ts";
import { annotationOf, forceAtAnnotation, requestedAtAnnotation, resetAtAnnotation } from "./annotations.ts";
import { intervalOf } from "./interval.ts";
import { WakeLedger } from "./ledger.ts";
import { type FluxObject, type Outcome, resultOf, type Session } from "./session.ts";

/** The finalizer of every Flux kind. */
export const fluxFinalizer = "finalizers.fluxcd.io";

/** What distinguishes one Flux kind's controller from another's. */
export interface FluxKind<T extends FluxObject> {
  readonly type: ResourceType<T>;
  /** The controller of Flux that has this kind (`source-controller`), as events and managed fields show it. */
  readonly component: string;
  readonly fieldManager: string;
  readonly triggers?: readonly Trigger[] | undefined;
  /** Of a suspended object the status says that it was seen, as of Flux's HelmReleases. */
  readonly observesSuspended?: boolean;
  readonly concurrency?: number | undefined;
  /**
   * What a reconcile depends on besides the object itself: two equal answers within the interval mean there's
   * nothing to do. JSON.
   */
  inputs(session: Session<T>): Promise<unknown>;
  /** Tells whether an object not seen since start needs nothing until its interval ends. */
  isCurrent(session: Session<T>): Promise<boolean>;
  reconcile(session: Session<T>): Promise<Outcome>;
  /** Cleans up; the finalizer goes when it returns true, otherwise it's called again. */
  finalize(session: Session<T>): Promise<boolean>;
}

export interface FluxController<T extends FluxObject> extends Controller<T> {
  /** Makes an object due, whatever is known of it. */
  demand(request: ReconcileRequest): void;
}

/** While something is being deleted it's looked at again after this long at most. */
const deletionRecheck = 1000;

/** Makes a controller of a Flux kind: the part every kind shares. */
export function fluxController<T extends FluxObject>(kind: FluxKind<T>): FluxController<T> {
  const ledger = new WakeLedger();
  return {
    name: `flux-${kind.type.kind.toLowerCase()}`,
    type: kind.type,
    triggers: kind.triggers ?? [],
    concurrency: kind.concurrency ?? 8,
    demand: (request) => ledger.demand(requestKey(request)),
    reconcile: (request, context) => reconcileOne(kind, ledger, request, context),
  };
}

function requestKey({ cluster, namespace, name }: ReconcileRequest): string {
  return `${cluster}/${namespace ?? ""}/${name}`;
}

async function reconcileOne<T extends FluxObject>(
  kind: FluxKind<T>,
  ledger: WakeLedger,
  request: ReconcileRequest,
  context: ReconcileContext<T>,
): Promise<ReconcileResult> {
  const client = context.clusters.client(request.cluster);
  const key = requestKey(request);
  let object = await client.find(kind.type, request);
  if (object === undefined) {
    ledger.forget(key);
    return { outcome: "settled" };
  }
  if (object.metadata.deletionTimestamp !== undefined) {
    return finalizeOne(kind, ledger, key, sessionOf(kind, request, context, object));
  }
  if (object.metadata.finalizers?.includes(fluxFinalizer) !== true)
    object = await addFinalizer(kind, request, context, object);
  const session = sessionOf(kind, request, context, object);
  if (object.spec.suspend === true) {
    ledger.forget(key);
    if (kind.observesSuspended === true) await observeSuspended(session);
    return { outcome: "settled" };
  }
  return reconcileLive(kind, ledger, key, session);
}

/** Says that a generation and a request were seen, though nothing is done about them. */
async function observeSuspended<T extends FluxObject>({ object, draft }: Session<T>): Promise<void> {
  const requestedAt = annotationOf(object, requestedAtAnnotation);
  draft.observeGeneration();
  if (requestedAt !== undefined)
    (draft.fields as { lastHandledReconcileAt?: string }).lastHandledReconcileAt = requestedAt;
  await draft.save();
}

function sessionOf<T extends FluxObject>(
  kind: FluxKind<T>,
  request: ReconcileRequest,
  context: ReconcileContext<T>,
  object: T,
): Session<T> {
  const { clock, signal } = context;
  const client = context.clusters.client(request.cluster);
  return {
    cluster: request.cluster,
    object,
    client,
    draft: new StatusDraft(client, kind.type, object, kind.fieldManager, () => clock.now()),
    clock,
    logger: context.logger,
    signal,
    record: (note) => recordEvent(client, clock, kind.component, object, note),
  };
}

async function addFinalizer<T extends FluxObject>(
  kind: FluxKind<T>,
  request: ReconcileRequest,
  context: ReconcileContext<T>,
  object: T,
): Promise<T> {
  const finalizers = [...(object.metadata.finalizers ?? []), fluxFinalizer];
  return patchMetadata(kind, request, context, object, finalizers);
}

function patchMetadata<T extends FluxObject>(
  kind: FluxKind<T>,
  request: ReconcileRequest,
  context: Pick<ReconcileContext<T>, "clusters">,
  object: KubeObject,
  finalizers: readonly string[],
): Promise<T> {
  const { resourceVersion } = object.metadata;
  return context.clusters
    .client(request.cluster)
    .mergePatch(
      kind.type,
      request,
      { metadata: { finalizers, resourceVersion } },
      { fieldManager: kind.fieldManager },
    );
}

async function finalizeOne<T extends FluxObject>(
  kind: FluxKind<T>,
  ledger: WakeLedger,
  key: string,
  session: Session<T>,
): Promise<ReconcileResult> {
  const { finalizers = [], resourceVersion } = session.object.metadata;
  if (!finalizers.includes(fluxFinalizer)) return { outcome: "settled" };
  try {
    if (!(await kind.finalize(session))) {
      await session.draft.save();
      return { outcome: "waiting", reason: "deleting", recheckAfter: deletionRecheck };
    }
  } catch (error) {
    await session.draft.save();
    throw error;
  }
  ledger.forget(key);
  const rest = finalizers.filter((finalizer) => finalizer !== fluxFinalizer);
  try {
    await session.client.mergePatch(
      kind.type,
      keyOf(session.object),
      { metadata: { finalizers: rest, resourceVersion } },
      { fieldManager: kind.fieldManager },
    );
  } catch (error) {
    if (!isKubernetesError(error, "kubernetes-not-found")) throw error;
  }
  return { outcome: "settled" };
}

async function reconcileLive<T extends FluxObject>(
  kind: FluxKind<T>,
  ledger: WakeLedger,
  key: string,
  session: Session<T>,
): Promise<ReconcileResult> {
  const { object, clock, draft } = session;
  const begun = ledger.begin(key);
  const token = await tokenOf(kind, session);
  const dueIn = ledger.dueIn(key, token, clock.now());
  if (dueIn > 0) return { outcome: "settled", recheckAfter: dueIn };
  if (!ledger.has(key) && isHandled(object) && (await kind.isCurrent(session))) {
    const after = spread(key, intervalOf(object));
    ledger.settle(key, token, clock.now() + after, begun);
    return { outcome: "settled", recheckAfter: after };
  }
  const requestedAt = annotationOf(object, requestedAtAnnotation);
  try {
    const outcome = await kind.reconcile(session);
    if (outcome.outcome !== "retry") draft.observeGeneration();
    if (outcome.outcome === "stalled") ledger.settle(key, token, Number.POSITIVE_INFINITY, begun);
    else ledger.settle(key, token, clock.now() + outcome.after, begun);
    return resultOf(outcome);
  } catch (error) {
    ledger.forget(key);
    throw error;
  } finally {
    if (requestedAt !== undefined)
      (draft.fields as { lastHandledReconcileAt?: string }).lastHandledReconcileAt = requestedAt;
    await draft.save();
  }
}

async function tokenOf<T extends FluxObject>(kind: FluxKind<T>, session: Session<T>): Promise<string> {
  const { object } = session;
  const asked = [requestedAtAnnotation, forceAtAnnotation, resetAtAnnotation].map((name) =>
    annotationOf(object, name),
  );
  return JSON.stringify([object.metadata.uid, object.metadata.generation, asked, await kind.inputs(session)]);
}

/** The present generation and the last request have been handled, and well. */
function isHandled(object: FluxObject): boolean {
  const status: FluxStatus = object.status ?? {};
  const ready = status.conditions?.find((condition) => condition.type === "Ready");
  return (
    ready?.status === "True" &&
    status.observedGeneration === object.metadata.generation &&
    status.lastHandledReconcileAt === annotationOf(object, requestedAtAnnotation)
  );
}

/** A part of the interval that is always the same for the same object, so that all aren't due at once. */
function spread(key: string, interval: number): number {
  let hash = 0;
  for (const character of key) hash = (hash * 31 + (character.codePointAt(0) as number)) >>> 0;
  return Math.round(interval * (0.5 + (hash % 1000) / 2000));
}
