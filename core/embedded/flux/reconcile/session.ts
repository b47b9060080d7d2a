import type { Clock } from "@catalyst/base/clock";
import type { Logger } from "@catalyst/base/logger";
import type { FluxStatus } from "@catalyst/ports/flux";
import type { ClusterClient, ClusterName, KubeObject } from "@catalyst/ports/kubernetes";
import type { EventNote, ReconcileResult } from "@catalyst/reconciler";
import type { StatusDraft } from "../status/draft.ts";

/** An object of a Flux kind. */
export interface FluxObject extends KubeObject {
  readonly spec: {
    readonly interval?: string;
    readonly suspend?: boolean;
    readonly [field: string]: unknown;
  };
  readonly status?: FluxStatus;
}

/** One object's reconcile. */
export interface Session<T extends FluxObject> {
  readonly cluster: ClusterName;
  /** As the API server has it now, not as a cache had it. */
  readonly object: T;
  readonly client: ClusterClient;
  readonly draft: StatusDraft<T>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Records what happened to the object. */
  record(note: EventNote): Promise<void>;
}

/**
 * How a reconcile ended. `settled`: due again after the interval. `retry`: due again after `after`, and not
 * counted as handled. `stalled`: a person must act. A throw: again with backoff.
 */
export type Outcome =
  | { readonly outcome: "settled"; readonly after: number }
  | { readonly outcome: "retry"; readonly after: number; readonly reason: string }
  | { readonly outcome: "stalled"; readonly reason: string };

/** What the queue makes of an outcome. */
export function resultOf(outcome: Outcome): ReconcileResult {
  switch (outcome.outcome) {
    case "settled":
      return { outcome: "settled", recheckAfter: outcome.after };
    case "retry":
      return { outcome: "waiting", reason: outcome.reason, recheckAfter: outcome.after };
    case "stalled":
      return { outcome: "stalled", reason: outcome.reason };
  }
}
