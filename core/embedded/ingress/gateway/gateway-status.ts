import type { Clock } from "@catalyst/base/clock";
import type { Gateway, ListenerStatus } from "@catalyst/ports/kubernetes";
import { type ConditionContent, mergeConditions } from "@catalyst/reconciler";
import { fails, holds } from "./condition.ts";
import type { JudgedListener } from "./listener.ts";

/** The status of a Gateway by its listeners; `count` says how many routes are attached to one. */
export function gatewayStatus(
  gateway: Gateway,
  listeners: readonly JudgedListener[],
  count: (listener: string) => number,
  clock: Clock,
): NonNullable<Gateway["status"]> {
  const { generation } = gateway.metadata;
  const before = gateway.status;
  const states: readonly ListenerStatus[] = listeners.map(({ listener, supportedKinds, conditions }) => {
    const known = before?.listeners?.find((each) => each.name === listener.name);
    return {
      name: listener.name,
      supportedKinds,
      attachedRoutes: count(listener.name),
      conditions: mergeConditions(known?.conditions, conditions, generation, clock),
    };
  });
  return {
    addresses: [{ type: "Hostname", value: "localhost" }],
    conditions: mergeConditions(before?.conditions, conditionsOf(gateway, listeners), generation, clock),
    listeners: states,
  };
}

function conditionsOf(gateway: Gateway, listeners: readonly JudgedListener[]): readonly ConditionContent[] {
  const refusal = refusalOf(gateway);
  if (refusal !== undefined) return [refusal, fails("Programmed", "Invalid", refusal.message)];
  const good = listeners.filter((each) => each.isProgrammed).length;
  const message = `${listeners.length - good} of ${listeners.length} listeners aren't valid.`;
  if (good === 0)
    return [fails("Accepted", "ListenersNotValid", message), fails("Programmed", "Invalid", message)];
  return [
    good === listeners.length
      ? holds("Accepted", "Accepted")
      : holds("Accepted", "ListenersNotValid", message),
    holds("Programmed", "Programmed"),
  ];
}

/** Tells whether a Gateway asks for what there is none of; then none of its listeners is served. */
export function refusalOf({ spec }: Gateway): ConditionContent | undefined {
  const wished = (spec.addresses ?? []).filter(({ value }) => value !== undefined && value !== "");
  if (wished.some(({ type, value }) => type !== "Hostname" || value !== "localhost")) {
    const message = "Gateways are reached at the Hostname localhost alone: remove spec.addresses.";
    return fails("Accepted", "UnsupportedAddress", message);
  }
  if (spec.infrastructure?.parametersRef !== undefined) {
    const message = "This controller has no parameters: remove spec.infrastructure.parametersRef.";
    return fails("Accepted", "InvalidParameters", message);
  }
  return undefined;
}
