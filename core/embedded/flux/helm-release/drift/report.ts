import type { HelmRelease, ReleaseSnapshot } from "@catalyst/ports/flux";
import { objectIdOf, subjectOf } from "../../apply/index.ts";
import type { Session } from "../../reconcile/session.ts";
import { releaseLabel } from "../snapshot.ts";
import { record } from "../status.ts";
import type { Drift } from "./compare.ts";
import type { Correction } from "./correct.ts";

/** Says what of a release was changed by others. */
export async function drifted(
  session: Session<HelmRelease>,
  snapshot: ReleaseSnapshot,
  drifts: readonly Drift[],
): Promise<void> {
  const message = `Cluster state of release ${releaseLabel(snapshot)} has drifted from the desired state:\n${drifts.map(summary).join("\n")}`;
  session.draft.conditions.markTrue("Drifted", "DriftDetected", message);
  await session.record({ type: "Warning", reason: "DriftDetected", message });
}

function summary({ wanted, what }: Drift): string {
  const subject = subjectOf(objectIdOf(wanted));
  if (what.is !== "changed") return `${subject} ${what.is}`;
  const [added, changed, removed] = (["add", "replace", "remove"] as const).map(
    (op) => what.patch.filter((change) => change.op === op).length,
  );
  return `${subject} changed (${added} additions, ${changed} changes, ${removed} removals)`;
}

/** Says what of that was put right. */
export async function corrected(
  session: Session<HelmRelease>,
  snapshot: ReleaseSnapshot,
  { done, failures }: Correction,
): Promise<void> {
  const release = releaseLabel(snapshot);
  if (failures.length === 0) {
    const message = `Cluster state of release ${release} has been corrected:\n${done.join("\n")}`;
    return record(session, "Normal", "DriftCorrected", message, snapshot);
  }
  const extent = done.length === 0 ? "" : "partially ";
  const successes = done.length === 0 ? "" : `\n\nSuccessful corrections:\n${done.join("\n")}`;
  const message = `Failed to ${extent}correct cluster state of release ${release}:\n${failures.join("\n")}${successes}`;
  await record(session, "Warning", "DriftCorrectionFailed", message, snapshot);
}
