import { CatalystError } from "@catalyst/base/errors";
import type { KubeObject, ObjectKey, ResourceType } from "@catalyst/ports/kubernetes";
import type { FluxObject, Session } from "./session.ts";

/** An object whose change makes a long wait pointless. */
export interface Watched {
  readonly type: ResourceType;
  readonly key: ObjectKey;
  /** What of it counts; a change of this interrupts. */
  fingerprint(object: KubeObject | undefined): string;
}

/**
 * Runs something long, and ends it with `reconcile-superseded` (naming the object in `details`) as soon as one of
 * the watched objects changes: a new revision mustn't wait for an old one's health checks to time out.
 */
export async function unlessChanged<T>(
  session: Session<FluxObject>,
  watched: readonly Watched[],
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const signal = AbortSignal.any([session.signal, stop.signal]);
  const watching = watched.map((one) => watchOne(session, one, signal, stop));
  try {
    return await run(signal);
  } catch (error) {
    if (stop.signal.aborted && !session.signal.aborted) throw stop.signal.reason;
    throw error;
  } finally {
    stop.abort();
    await Promise.all(watching);
  }
}

async function watchOne(
  session: Session<FluxObject>,
  watched: Watched,
  signal: AbortSignal,
  stop: AbortController,
): Promise<void> {
  const { namespace, name } = watched.key;
  try {
    const before = watched.fingerprint(await session.client.find(watched.type, watched.key));
    const events = session.client.watch(watched.type, {
      namespace,
      fieldSelector: `metadata.name=${name}`,
      signal,
    });
    for await (const event of events) {
      if (event.type === "BOOKMARK" || event.object.metadata.name !== name) continue;
      const now = watched.fingerprint(event.type === "DELETED" ? undefined : event.object);
      if (now !== before) return stop.abort(superseded(watched));
    }
  } catch {
    // Without the watch the wait merely takes as long as it takes.
  }
}

function superseded(watched: Watched): CatalystError {
  const details = { kind: watched.type.kind, namespace: watched.key.namespace, name: watched.key.name };
  return new CatalystError(
    "reconcile-superseded",
    `New reconciliation triggered by ${details.kind}/${details.namespace}/${details.name}`,
    { details },
  );
}

/** A Flux object counts as changed by its spec, a request, or its deletion. */
export function requestFingerprint(object: KubeObject | undefined): string {
  const { generation, deletionTimestamp, annotations } = object?.metadata ?? {};
  const asked = Object.entries(annotations ?? {}).filter(([name]) => name.startsWith("reconcile.fluxcd.io/"));
  return JSON.stringify([generation, deletionTimestamp, asked.sort()]);
}

/** A source counts as changed by its artifact's revision. */
export function artifactFingerprint(object: KubeObject | undefined): string {
  const status = object?.status as { readonly artifact?: { readonly revision?: string } } | undefined;
  return status?.artifact?.revision ?? "";
}
