import { type Clock, rfc3339 } from "@catalyst/base/clock";
import { sha256Hex } from "@catalyst/base/digest";
import { type ClusterClient, events, isKubernetesError, type KubeObject } from "@catalyst/ports/kubernetes";
import { SimilarEvents } from "./similar-events.ts";

/** Something that happened to an object. */
export interface EventNote {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  /** What was done, or tried, that the event tells of (`Binding`). */
  readonly action?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** The part of the object it happened to (`spec.containers{web}`). */
  readonly fieldPath?: string | undefined;
}

/** Longest message the API server takes. */
const messageLimit = 1024;

const similarEvents = new WeakMap<ClusterClient, SimilarEvents>();

/**
 * Records what happened to an object as an Event beside it. The same event again raises the count of the one
 * that is there, and many that differ only in their message share one that shows the last. `component` is the
 * name of the controller that says so.
 */
export async function recordEvent(
  client: ClusterClient,
  clock: Clock,
  component: string,
  object: KubeObject,
  note: EventNote,
): Promise<void> {
  const { name, namespace = "default", uid = "" } = object.metadata;
  const now = clock.now();
  const time = rfc3339(now);
  const kind = [uid || `${object.kind} ${namespace}/${name}`, component, note.type, note.reason];
  const combined = similarOf(client).add(kind.join("\0"), note.message, now);
  const told = combined ? `(combined from similar events): ${note.message}` : note.message;
  const message = told.slice(0, messageLimit);
  const place = note.fieldPath === undefined ? [] : [note.fieldPath];
  const differing = combined ? ["combined"] : [message, ...place];
  const identity = sha256Hex([uid, ...kind.slice(1), ...differing].join("\0")).slice(0, 16);
  const key = { namespace, name: `${name.slice(0, 200)}.${identity}` };
  const known = await client.find(events, key);
  if (known !== undefined) {
    const again = { count: (known.count ?? 1) + 1, lastTimestamp: time };
    await client.mergePatch(events, key, combined ? { ...again, message } : again);
    return;
  }
  try {
    await client.create(events, {
      apiVersion: "v1",
      kind: "Event",
      metadata: { ...key, ...(note.annotations === undefined ? {} : { annotations: note.annotations }) },
      involvedObject: {
        apiVersion: object.apiVersion,
        kind: object.kind,
        namespace,
        name,
        uid,
        ...(note.fieldPath === undefined ? {} : { fieldPath: note.fieldPath }),
      },
      type: note.type,
      reason: note.reason,
      message,
      ...(note.action === undefined ? {} : { action: note.action }),
      source: { component },
      reportingComponent: component,
      reportingInstance: component,
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
    });
  } catch (error) {
    // A namespace on its way out takes no more events, and a second writer has written the same one.
    const expected = ["kubernetes-forbidden", "kubernetes-not-found", "kubernetes-already-exists"] as const;
    if (!isKubernetesError(error, ...expected)) throw error;
  }
}

function similarOf(client: ClusterClient): SimilarEvents {
  const known = similarEvents.get(client) ?? new SimilarEvents();
  similarEvents.set(client, known);
  return known;
}
