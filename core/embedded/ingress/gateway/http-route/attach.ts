import {
  type Gateway,
  gatewayGroup,
  type HttpRoute,
  type ParentReference,
  selects,
} from "@catalyst/ports/kubernetes";
import type { ConditionContent } from "@catalyst/reconciler";
import { anyHost, type HostPattern, intersection } from "../../routing/host.ts";
import { fails, holds } from "../condition.ts";
import { gatewayHost, type JudgedListener } from "../listener.ts";

/** A listener that a route is attached to, with the hosts it gets there. */
export interface Attached {
  readonly listener: JudgedListener;
  readonly hosts: readonly HostPattern[];
}

export interface Attachment {
  readonly attached: readonly Attached[];
  readonly accepted: ConditionContent;
}

/** A route's parent as the object names it: a Gateway of the route's namespace unless it says otherwise. */
export function gatewayKeyOf(route: HttpRoute, parent: ParentReference) {
  const { group = gatewayGroup, kind = "Gateway", namespace = route.metadata.namespace, name } = parent;
  return group === gatewayGroup && kind === "Gateway" ? { namespace, name } : undefined;
}

/**
 * Attaches a route to those listeners of a Gateway that it means, that let it, and that share a host with it; else
 * says which of the three no listener does. `labels` are those of the route's namespace.
 */
export function attach(
  route: HttpRoute,
  parent: ParentReference,
  gateway: Gateway,
  listeners: readonly JudgedListener[],
  labels: Readonly<Record<string, string>>,
): Attachment {
  const meant = listeners.filter(
    ({ listener }) =>
      (parent.sectionName === undefined || parent.sectionName === listener.name) &&
      (parent.port === undefined || parent.port === listener.port),
  );
  if (meant.length === 0) return refused("NoMatchingParent", "The Gateway has no such listener.");
  const allowing = meant.filter(
    (each) => each.supportedKinds.length > 0 && letsNamespace(each, route, gateway, labels),
  );
  if (allowing.length === 0)
    return refused("NotAllowedByListeners", "No listener allows HTTPRoutes of this namespace.");
  const attached = allowing
    .map((listener) => ({ listener, hosts: sharedHosts(listener.host, route.spec.hostnames ?? []) }))
    .filter(({ hosts }) => hosts.length > 0);
  if (attached.length === 0)
    return refused("NoMatchingListenerHostname", "No listener has a hostname in common with the route.");
  return { attached, accepted: holds("Accepted", "Accepted") };
}

function refused(reason: string, message: string): Attachment {
  return { attached: [], accepted: fails("Accepted", reason, message) };
}

function letsNamespace(
  { listener }: JudgedListener,
  route: HttpRoute,
  gateway: Gateway,
  labels: Readonly<Record<string, string>>,
): boolean {
  const { from = "Same", selector } = listener.allowedRoutes?.namespaces ?? {};
  switch (from) {
    case "All":
      return true;
    case "Same":
      return route.metadata.namespace === gateway.metadata.namespace;
    case "Selector":
      return selects(selector, labels);
    default:
      return false;
  }
}

function sharedHosts(listener: HostPattern, hostnames: readonly string[]): readonly HostPattern[] {
  const wanted = hostnames.length === 0 ? [anyHost] : hostnames.map(gatewayHost);
  return [...new Set(wanted.flatMap((host) => intersection(listener, host) ?? []))];
}
