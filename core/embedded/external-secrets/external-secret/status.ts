import { unreachable } from "@catalyst/base/errors";
import type { Readiness } from "../conditions.ts";
import type { Refreshed } from "./act.ts";

/** Ready after a refresh, in External Secrets' words. */
export function refreshedReadiness(refreshed: Refreshed): Readiness {
  const ready = (reason: string, message: string): Readiness => ({ status: "True", reason, message });
  switch (refreshed) {
    case "created":
    case "updated":
    case "unchanged":
      return ready("SecretSynced", "secret synced");
    case "retained":
      return ready("SecretSynced", "secret retained due to DeletionPolicy=Retain");
    case "deleted":
      return ready("SecretDeleted", "secret deleted due to DeletionPolicy=Delete");
    case "missing":
      return ready("SecretMissing", "secret will not be created due to CreationPolicy=Merge");
    default:
      return unreachable(refreshed);
  }
}

/** The event a refresh is told by; none when it changed nothing. */
export function refreshedNote(
  refreshed: Refreshed,
): { readonly reason: string; readonly message: string } | undefined {
  switch (refreshed) {
    case "created":
      return { reason: "Created", message: "secret created" };
    case "updated":
      return { reason: "Updated", message: "secret updated" };
    case "deleted":
      return { reason: "Deleted", message: "secret deleted due to DeletionPolicy=Delete" };
    case "unchanged":
    case "retained":
    case "missing":
      return undefined;
    default:
      return unreachable(refreshed);
  }
}

/** What Ready says of a failure, by the failure's code. */
export function failedReadiness(code: string): Readiness {
  const message =
    code === "target-owned"
      ? "target is owned by another ExternalSecret"
      : code === "target-taken"
        ? "failed to take ownership of target secret"
        : code.startsWith("kubernetes-")
          ? "could not update secret"
          : "could not get secret data from provider";
  return { status: "False", reason: "SecretSyncedError", message };
}
