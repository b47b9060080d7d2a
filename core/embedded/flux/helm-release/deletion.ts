import type { HelmRelease } from "@catalyst/ports/flux";
import type { Session } from "../reconcile/session.ts";
import { actionContext, type ReleaseParts } from "./prepare.ts";
import { settingsOf } from "./settings.ts";
import { uninstalled } from "./status.ts";
import { uninstall } from "./uninstall.ts";

type Parts = Pick<ReleaseParts, "types" | "work">;

/**
 * Uninstalls the release of an object that is being deleted; a suspended one leaves it in place. True once it's
 * gone. What fails is thrown, and tried again.
 */
export async function uninstallForDeletion(session: Session<HelmRelease>, parts: Parts): Promise<boolean> {
  const { object, draft } = session;
  if (object.spec.suspend === true) return true;
  const error = await uninstallObserved(session, parts);
  if (error !== undefined) {
    draft.conditions.markFalse("Ready", "UninstallFailed", draft.conditions.get("Released")?.message ?? "");
    throw error;
  }
  return true;
}

/**
 * Uninstalls the release that was observed last, wherever it is and whatever the spec says by now. Gives why it failed;
 * undefined: it is gone.
 */
export async function uninstallObserved(session: Session<HelmRelease>, parts: Parts): Promise<unknown> {
  const { object } = session;
  const storageNamespace = object.status?.storageNamespace ?? "";
  if (storageNamespace === "") return undefined;
  const [latest] = object.status?.history ?? [];
  const settings = settingsOf(object);
  const target = {
    ...settings,
    releaseName: latest?.name ?? settings.releaseName,
    releaseNamespace: latest?.namespace ?? settings.releaseNamespace,
  };
  const context = actionContext(session, target, storageNamespace, parts);
  const stored = await context.storage.all();
  if (stored.length === 0) return undefined;
  if (stored[0]?.info.status === "uninstalled" && settings.uninstall.keepHistory) return undefined;
  const result = await uninstall(context, stored);
  if (latest !== undefined) await uninstalled(session, latest, result.error);
  return result.error;
}
