import { errorMessage } from "@catalyst/base/errors";
import type { HelmRelease } from "@catalyst/ports/flux";
import type { Outcome, Session } from "../reconcile/session.ts";
import { clearFailures } from "./attempt.ts";
import { uninstallObserved } from "./deletion.ts";
import type { PreparedRelease, ReleaseParts } from "./prepare.ts";
import { backoff } from "./release.ts";
import { summarizeRelease } from "./status.ts";

/**
 * Uninstalls what was released when the spec has come to mean another release: it would be left alone, and own what the
 * new one is to have. Gives when to go on; undefined: it is the same. Source: Flux's ReleaseTargetChanged.
 */
export async function leaveMoved(
  session: Session<HelmRelease>,
  prepared: PreparedRelease,
  parts: ReleaseParts,
): Promise<Outcome | undefined> {
  const { fields } = session.draft;
  if (!hasMoved(session, prepared)) return undefined;
  const error = await uninstallObserved(session, parts);
  summarizeRelease(session.draft, prepared.settings);
  if (error !== undefined)
    return { outcome: "retry", after: backoff(fields.failures ?? 0), reason: errorMessage(error) };
  fields.history = undefined;
  fields.storageNamespace = undefined;
  clearFailures(session);
  return { outcome: "retry", after: 0, reason: "another release than before" };
}

function hasMoved({ draft }: Session<HelmRelease>, { settings, chart }: PreparedRelease): boolean {
  const { storageNamespace = "", history = [] } = draft.fields;
  const [latest] = history;
  if (storageNamespace === "" || latest === undefined) return false;
  return (
    settings.storageNamespace !== storageNamespace ||
    settings.releaseNamespace !== latest.namespace ||
    settings.releaseName !== latest.name ||
    (settings.upgrade.reinstalls && chart.name !== latest.chartName)
  );
}
