import { type Clock, rfc3339 } from "@catalyst/base/clock";
import { sha256Hex } from "@catalyst/base/digest";
import { type ClusterClient, events, isKubernetesError, type KubeObject } from "@catalyst/ports/kubernetes";

/** Something that happened to an object. */
export interface EventNote {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** The part of the object it happened to (`spec.containers{web}`). */
  readonly fieldPath?: string | undefined;
}

/** Longest message the API server takes. */
const messageLimit = 1024;

/**
 * Records what happened to an object as an Event beside it. The same event again raises the count of the one
 * that is there. `component` is the name of the controller that says so.
 */
export async function recordEvent(
  client: ClusterClient,
  clock: Clock,
  component: string,
  object: KubeObject,
  note: EventNote,
): Promise<void> {
  const { name, namespace = "default", uid = "" } = object.metadata;
  const time = rfc3339(clock.now());
  const message = note.message.slice(0, messageLimit);
  const place = note.fieldPath === undefined ? [] : [note.fieldPath];
  const identity = sha256Hex([uid, component, note.type, note.reason, message, ...place].join("\0")).slice(
    0,
    16,
  );
  const key = { namespace, name: `${name.slice(0, 200)}.${identity}` };
  const known = await client.find(events, key);
  if (known !== undefined) {
    await client.mergePatch(events, key, { count: (known.count ?? 1) + 1, lastTimestamp: time });
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
