import type { Duplex } from "node:stream";
import type { Request, Response } from "@catalyst/ports/transport";
import { idleTimeout, type Offer, refusal } from "../offer.ts";
import { spdyHandshake } from "../spdy/handshake.ts";
import { WebSocketConnection } from "../websocket/connection.ts";
import { acceptHeaders, asksWebSocket, handshakeFault, offeredProtocols } from "../websocket/handshake.ts";
import { tunnel } from "../websocket/tunnel.ts";
import { byChannels, portsOf } from "./by-channels.ts";
import { bySpdy } from "./by-spdy.ts";
import type { Forwarding } from "./forwarding.ts";

export type { Forward, Forwarding } from "./forwarding.ts";

const protocols = ["portforward.k8s.io"] as const;
const tunnelPrefix = "SPDY/3.1+";

/**
 * Offers a caller to forward connections by the protocol it asks for, or refuses its handshake: SPDY, SPDY in a
 * websocket's messages, or a websocket with channels for the ports its `port` parameters name.
 */
export function offerForwarding(request: Request, query: URLSearchParams): Offer<Forwarding> | Response {
  if (!asksWebSocket(request)) return offerSpdy(request);
  const fault = handshakeFault(request);
  if (fault !== undefined) return refusal(400, fault, { "sec-websocket-version": "13" });
  const tunnelled = offeredProtocols(request).filter((name) => name.startsWith(tunnelPrefix));
  if (tunnelled.length > 0) return offerTunnel(request, tunnelled);
  const ports = portsOf(query.getAll("port"));
  return typeof ports === "string" ? refusal(400, ports) : byChannels(request, ports);
}

function offerSpdy(request: Request): Offer<Forwarding> | Response {
  const handshake = spdyHandshake(request, protocols);
  if ("status" in handshake) return handshake;
  return { headers: handshake.headers, open: async (connection) => bySpdy(connection) };
}

/** What a caller offers in a tunnel is agreed upon as outside of it. */
function offerTunnel(request: Request, tunnelled: readonly string[]): Offer<Forwarding> | Response {
  const offered = tunnelled.map((name) => name.slice(tunnelPrefix.length)).join(",");
  const headers = { connection: "Upgrade", upgrade: "SPDY/3.1", "x-stream-protocol-version": offered };
  const handshake = spdyHandshake({ headers }, protocols);
  if ("status" in handshake) return handshake;
  return {
    headers: acceptHeaders(request, `${tunnelPrefix}${handshake.protocol}`),
    open: async (connection: Duplex) =>
      bySpdy(tunnel(await WebSocketConnection.open(connection, idleTimeout))),
  };
}
