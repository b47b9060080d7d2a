import type { HelmRelease } from "@catalyst/ports/flux";
import type { Session } from "../reconcile/session.ts";
import { actionContext, type ReleaseParts } from "./prepare.ts";
import { settingsOf } from "./settings.ts";
import { uninstalled } from "./status.ts";
import { uninstall } from "./uninstall.ts";

/**
 * Uninstalls the release of an object that is being deleted; a suspended one leaves it in place. True once it's
 * gone. What fails is thrown, and tried again.
 */
export async function uninstallForDeletion(
  session: Session<HelmRelease>,
  options: ReleaseParts,
): Promise<boolean> {
  const { object, draft } = session;
  const storageNamespace = object.status?.storageNamespace;
  if (object.spec.suspend === true || storageNamespace === undefined || storageNamespace === "") return true;
  const [latest] = object.status?.history ?? [];
  const settings = settingsOf(object);
  const target = {
    ...settings,
    releaseName: latest?.name ?? settings.releaseName,
    releaseNamespace: latest?.namespace ?? settings.releaseNamespace,
  };
  const context = actionContext(session, target, storageNamespace, options);
  const stored = await context.storage.all();
  if (stored.length === 0) return true;
  if (stored[0]?.info.status === "uninstalled" && settings.uninstall.keepHistory) return true;
  const result = await uninstall(context, stored);
  if (latest !== undefined) await uninstalled(session, latest, result.error);
  if (result.error !== undefined) {
    draft.conditions.markFalse("Ready", "UninstallFailed", draft.conditions.get("Released")?.message ?? "");
    throw result.error;
  }
  return true;
}
