import type { Request, Response } from "@catalyst/ports/transport";
import { idleTimeout, type Offer, refusal } from "../offer.ts";
import { WebSocketConnection } from "./connection.ts";
import { acceptHeaders, handshakeFault, offeredProtocols } from "./handshake.ts";

/** Whether messages are text in base64, by subprotocol. */
const protocols: Readonly<Record<string, boolean>> = {
  "": false,
  "binary.k8s.io": false,
  "base64.binary.k8s.io": true,
};

/** A caller that only reads: what it sends is passed over. */
export interface Reader {
  /** Resolves when the caller has gone. */
  readonly gone: Promise<void>;
  /** Sends bytes as one message; resolves when there is room for more. */
  send(bytes: Uint8Array): Promise<void>;
  close(): void;
}

/** Offers bytes as the messages of a websocket, the first of them empty; or refuses the handshake. */
export function offerReader(request: Request): Offer<Reader> | Response {
  const fault = handshakeFault(request);
  if (fault !== undefined) return refusal(400, fault, { "sec-websocket-version": "13" });
  const name = offeredProtocols(request).find((offered) => Object.hasOwn(protocols, offered));
  if (name === undefined) return refusal(403, "");
  return {
    headers: acceptHeaders(request, name),
    open: async (connection) => {
      const socket = await WebSocketConnection.open(connection, idleTimeout);
      const send = (bytes: Uint8Array) =>
        socket.send(protocols[name] === true ? Buffer.from(bytes).toString("base64") : bytes);
      await send(new Uint8Array());
      return { gone: passOver(socket), send, close: () => socket.close() };
    },
  };
}

async function passOver(socket: WebSocketConnection): Promise<void> {
  for await (const _ of socket.messages());
}
