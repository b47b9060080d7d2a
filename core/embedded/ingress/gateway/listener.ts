import {
  type Gateway,
  type GatewayReference,
  gatewayGroup,
  type Listener,
  type ObjectKey,
  type RouteKind,
} from "@catalyst/ports/kubernetes";
import type { ConditionContent } from "@catalyst/reconciler";
import { anyHost, type HostPattern } from "../routing/host.ts";
import type { Scheme } from "../routing/rule.ts";
import { fails, holds, isTrue } from "./condition.ts";

/** What is known of a Gateway's surroundings. */
export interface ListenerFacts {
  /** The port at which all hosts are served. */
  readonly port: number | undefined;
  /** Says why a certificate can't be used: Gateway API's reason and a sentence. */
  certificateProblem(reference: GatewayReference): readonly [string, string] | undefined;
}

/** A listener as it was judged. */
export interface JudgedListener {
  readonly listener: Listener;
  readonly scheme: Scheme;
  readonly host: HostPattern;
  readonly supportedKinds: readonly RouteKind[];
  readonly conditions: readonly ConditionContent[];
  /** The Secrets of its certificates. */
  readonly certificates: readonly ObjectKey[];
  /** Requests come in here. */
  readonly isProgrammed: boolean;
}

const schemes: Readonly<Record<string, Scheme>> = { HTTP: "http", HTTPS: "https" };
/** What a listener's port says: all are served at one port, so it only stands for the protocol. */
const nominalPorts: Readonly<Record<Scheme, number>> = { http: 80, https: 443 };
const routeKind: RouteKind = { group: gatewayGroup, kind: "HTTPRoute" };

/** Judges every listener of a Gateway: what it is for, and its conditions. */
export function judgeListeners(gateway: Gateway, facts: ListenerFacts): readonly JudgedListener[] {
  return gateway.spec.listeners.map((listener) => {
    const kinds = listener.allowedRoutes?.kinds ?? [];
    const supportedKinds = kinds.length === 0 ? [routeKind] : kinds.filter(isRouteKind).map(() => routeKind);
    const conditions = [
      accepted(listener, facts),
      conflicted(listener, gateway.spec.listeners),
      resolvedRefs(listener, kinds.length > supportedKinds.length, facts),
    ];
    const isProgrammed =
      isTrue(conditions, "Accepted") &&
      isTrue(conditions, "ResolvedRefs") &&
      !isTrue(conditions, "Conflicted");
    return {
      listener,
      scheme: schemes[listener.protocol] ?? "http",
      host: gatewayHost(listener.hostname),
      supportedKinds,
      certificates: (listener.tls?.certificateRefs ?? []).map(({ namespace, name }) => ({
        namespace: namespace ?? gateway.metadata.namespace,
        name,
      })),
      conditions: [
        ...conditions,
        isProgrammed
          ? holds("Programmed", "Programmed")
          : fails("Programmed", "Invalid", "The other conditions say what is wrong."),
      ],
      isProgrammed,
    };
  });
}

/** Gateway API's wildcard stands for any number of labels. */
export function gatewayHost(hostname: string | undefined): HostPattern {
  return (hostname ?? anyHost).toLowerCase().replace(/^\*\./, "**.");
}

function isRouteKind({ group = gatewayGroup, kind }: RouteKind): boolean {
  return group === gatewayGroup && kind === routeKind.kind;
}

function accepted({ protocol, port }: Listener, facts: ListenerFacts): ConditionContent {
  const scheme = schemes[protocol];
  if (scheme === undefined)
    return fails(
      "Accepted",
      "UnsupportedProtocol",
      `Listeners of ${protocol} aren't served: use HTTP or HTTPS.`,
    );
  if (port === nominalPorts[scheme] || port === facts.port) return holds("Accepted", "Accepted");
  const message = `Port ${port} can't be listened at: ${protocol} is served at the Sovereign's own port, which port ${nominalPorts[scheme]} stands for.`;
  return fails("Accepted", "PortUnavailable", message);
}

function conflicted(listener: Listener, all: readonly Listener[]): ConditionContent {
  const others = all.filter((other) => other !== listener && other.port === listener.port);
  if (others.some((other) => other.protocol !== listener.protocol))
    return holds("Conflicted", "ProtocolConflict", "Another listener has this port for another protocol.");
  const host = gatewayHost(listener.hostname);
  if (others.some((other) => gatewayHost(other.hostname) === host))
    return holds("Conflicted", "HostnameConflict", "Another listener has this port and hostname.");
  return fails("Conflicted", "NoConflicts", "");
}

function resolvedRefs(
  { protocol, tls }: Listener,
  hasOtherKinds: boolean,
  facts: ListenerFacts,
): ConditionContent {
  if (hasOtherKinds)
    return fails("ResolvedRefs", "InvalidRouteKinds", "Only HTTPRoutes can be attached to listeners here.");
  if (protocol !== "HTTPS") return holds("ResolvedRefs", "ResolvedRefs");
  const references = tls?.certificateRefs ?? [];
  if (references.length === 0)
    return fails("ResolvedRefs", "InvalidCertificateRef", "spec.tls.certificateRefs names no Secret.");
  const [problem] = references.flatMap((reference) => {
    const found = facts.certificateProblem(reference);
    return found === undefined ? [] : [found];
  });
  return problem === undefined ? holds("ResolvedRefs", "ResolvedRefs") : fails("ResolvedRefs", ...problem);
}
