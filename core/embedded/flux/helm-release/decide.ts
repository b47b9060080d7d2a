import { unreachable } from "@catalyst/base/errors";
import type { HelmRelease, ReleaseSnapshot } from "@catalyst/ports/flux";
import type { Drift } from "./drift/index.ts";
import type { ActionSettings, ReleaseSettings } from "./settings.ts";
import { previousRelease } from "./snapshot.ts";
import type { ReleaseState } from "./state.ts";

export type ActionName =
  | "install"
  | "upgrade"
  | "test"
  | "unlock"
  | "rollback"
  | "uninstall"
  | "correct cluster drift";

export type ReleaseDecision =
  | { readonly do: "nothing" }
  | { readonly do: "install" | "upgrade" | "test" | "unlock" }
  | { readonly do: "rollback"; readonly to: ReleaseSnapshot }
  | { readonly do: "correct cluster drift"; readonly drifts: readonly Drift[] }
  /** Removes a release whose first install failed. */
  | { readonly do: "uninstall" }
  | { readonly do: "stall"; readonly reason: string; readonly message: string };

export interface DecisionFacts {
  readonly state: ReleaseState;
  readonly settings: ReleaseSettings;
  readonly status: NonNullable<HelmRelease["status"]>;
  /** Tells whether a release of the history is stored as it was observed. */
  readonly isStored: (snapshot: ReleaseSnapshot) => boolean;
  /** A release was asked for even though nothing changed. */
  readonly forced: boolean;
}

/** Decides the next Helm action. The order of the checks is Flux's. */
export function decideRelease(facts: DecisionFacts): ReleaseDecision {
  const { state, settings, status, forced } = facts;
  switch (state.state) {
    case "in-sync":
      return forced ? { do: "upgrade" } : { do: "nothing" };
    case "drifted":
      return settings.driftDetection.mode === "enabled"
        ? { do: "correct cluster drift", drifts: state.drifts }
        : { do: "nothing" };
    case "locked":
      return { do: "unlock" };
    case "untested":
      return { do: "test" };
    case "unmanaged":
      return { do: "upgrade" };
    case "absent":
      return isExhausted(settings.install, status.installFailures) && !forced
        ? exceeded(facts)
        : { do: "install" };
    case "out-of-sync":
      return isExhausted(settings.upgrade, status.upgradeFailures) && !forced
        ? exceeded(facts)
        : { do: "upgrade" };
    case "failed":
      return decideFailed(facts);
    default:
      return unreachable(state);
  }
}

function decideFailed(facts: DecisionFacts): ReleaseDecision {
  const { settings, status, forced } = facts;
  const active = activeAction(settings, status);
  // With a retry strategy, and without any, a failed release is simply upgraded.
  if (active === undefined || active.settings.retryInterval !== undefined) return { do: "upgrade" };
  if (active.failures <= 0 || forced) return { do: "upgrade" };
  const { remediation } = active.settings;
  const exhausted = isExhausted(active.settings, active.failures);
  if (exhausted && !remediation.remediateLastFailure) return exceeded(facts);
  if (active.name === "install" || remediation.strategy === "uninstall") return { do: "uninstall" };
  const to = previousRelease(status.history ?? [], ignoresTests(settings, active));
  // what was changed since can't be gone back to
  if (to !== undefined) return facts.isStored(to) ? { do: "rollback", to } : { do: "upgrade" };
  const message =
    "Failed to perform remediation: missing target release for rollback: cannot remediate failed release";
  return { do: "stall", reason: "MissingRollbackTarget", message };
}

type ActiveAction = {
  readonly name: "install" | "upgrade";
  readonly settings: ActionSettings;
  readonly failures: number;
};

/** Tells whether a failed test is no failure of the release, as the action tried last says or else the tests. */
export function ignoresTests(settings: ReleaseSettings, active: ActiveAction | undefined): boolean {
  return active?.settings.remediation.ignoreTestFailures ?? settings.test.ignoreFailures;
}

/** The action whose settings say what a failure leads to: the one tried last. */
export function activeAction(
  settings: ReleaseSettings,
  status: NonNullable<HelmRelease["status"]>,
): ActiveAction | undefined {
  switch (status.lastAttemptedReleaseAction) {
    case "install":
      return { name: "install", settings: settings.install, failures: status.installFailures ?? 0 };
    case "upgrade":
      return { name: "upgrade", settings: settings.upgrade, failures: status.upgradeFailures ?? 0 };
    default:
      return undefined;
  }
}

/** Tells whether more failed than may be tried again; an action with a retry strategy is never given up. */
export function isExhausted(settings: ActionSettings, failures: number | undefined): boolean {
  const { retries } = settings.remediation;
  if (settings.retryInterval !== undefined || retries < 0) return false;
  return (failures ?? 0) > retries;
}

function exceeded({ settings, status }: DecisionFacts): ReleaseDecision {
  const active = activeAction(settings, status);
  const message = `Failed to ${active?.name ?? "install"} after ${active?.failures ?? 0} attempt(s)`;
  return { do: "stall", reason: "RetriesExceeded", message };
}
