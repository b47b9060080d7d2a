import { type Clock, rfc3339 } from "@catalyst/base/clock";
import type { ExternalSecretsCondition } from "@catalyst/ports/external-secrets";

/** What Ready is to say. */
export interface Readiness {
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

/** The Ready condition an object has. */
export function readyOf(
  conditions: readonly ExternalSecretsCondition[] | undefined,
): ExternalSecretsCondition | undefined {
  return conditions?.find((condition) => condition.type === "Ready");
}

/** Puts Ready among the conditions; its transition time moves only when its status does. */
export function withReady(
  conditions: readonly ExternalSecretsCondition[] | undefined,
  ready: Readiness,
  clock: Clock,
): readonly ExternalSecretsCondition[] {
  const before = readyOf(conditions);
  const lastTransitionTime =
    before?.status === ready.status ? before.lastTransitionTime : rfc3339(clock.now());
  const own: ExternalSecretsCondition = {
    type: "Ready",
    ...ready,
    ...(lastTransitionTime === undefined ? {} : { lastTransitionTime }),
  };
  return [...(conditions ?? []).filter((condition) => condition.type !== "Ready"), own];
}
