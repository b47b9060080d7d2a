import { type Clock, rfc3339 } from "@catalyst/base/clock";
import { sha256Hex } from "@catalyst/base/digest";
import type { HelmRelease } from "@catalyst/ports/flux";
import { type ClusterClient, events } from "@catalyst/ports/kubernetes";
import { branchOf, type RecoveryEntry, recoveryLine } from "./lines.ts";
import { auditMessage, recoveryName } from "./settings.ts";

interface Note {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** What an entry is worth to those who look at the release itself; undefined where nothing happened to it. */
export function noteOf(entry: RecoveryEntry): Note | undefined {
  switch (entry.entry) {
    case "corrected": {
      const toggled = "suspended and resumed, so that Flux takes up its install again";
      const message = branchOf(entry.decision) === "A" ? toggled : auditMessage;
      return { type: "Normal", reason: "StuckReleaseCorrected", message };
    }
    case "failed":
      return { type: "Warning", reason: "StuckReleaseNotCorrected", message: entry.message };
    case "halted":
      return { type: "Warning", reason: "StuckReleaseRecoveryHalted", message: recoveryLine(entry) };
    default:
      return undefined;
  }
}

/** Longest message the API server takes. */
const messageLimit = 1024;

/**
 * Records a note as an Event on a release. It is only ever created: a role that may create events needn't be able to
 * read or change them.
 */
export async function recordNote(
  client: ClusterClient,
  clock: Clock,
  release: HelmRelease,
  note: Note,
): Promise<void> {
  const { name, namespace = "default", uid = "" } = release.metadata;
  const time = rfc3339(clock.now());
  const identity = sha256Hex([uid, note.reason, note.message, clock.now()].join("\0")).slice(0, 16);
  await client.create(
    events,
    {
      apiVersion: "v1",
      kind: "Event",
      metadata: { namespace, name: `${name.slice(0, 200)}.${identity}` },
      involvedObject: { apiVersion: release.apiVersion, kind: release.kind, namespace, name, uid },
      type: note.type,
      reason: note.reason,
      message: note.message.slice(0, messageLimit),
      source: { component: recoveryName },
      reportingComponent: recoveryName,
      reportingInstance: recoveryName,
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
    },
    { fieldManager: recoveryName },
  );
}
