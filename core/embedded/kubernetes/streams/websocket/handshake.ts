import { createHash } from "node:crypto";
import { asksUpgrade, type Headers, type Request } from "@catalyst/ports/transport";

/** Tells whether a request asks to go on as a websocket. */
export function asksWebSocket({ headers }: Pick<Request, "headers">): boolean {
  return asksUpgrade(headers) === "websocket";
}

/** The subprotocols a caller offers, best first; one empty name when it offers none. */
export function offeredProtocols({ headers }: Pick<Request, "headers">): readonly string[] {
  const offered = headers["sec-websocket-protocol"];
  return offered === undefined ? [""] : offered.split(",").map((name) => name.trim());
}

/** The first protocol offered that is among those known, with what is known of it; undefined when none is. */
export function acceptedProtocol<T>(
  request: Pick<Request, "headers">,
  known: Readonly<Record<string, T>>,
): { readonly name: string; readonly protocol: T } | undefined {
  const name = offeredProtocols(request).find((offered) => Object.hasOwn(known, offered));
  return name === undefined ? undefined : { name, protocol: known[name] as T };
}

/** What is wrong with a websocket's handshake (RFC 6455, 4.2.1); undefined when nothing is. */
export function handshakeFault({ method, headers }: Pick<Request, "method" | "headers">): string | undefined {
  if (method !== "GET") return "bad method";
  if (headers["sec-websocket-version"] !== "13") return "missing or bad WebSocket Version";
  if (Buffer.from(headers["sec-websocket-key"] ?? "", "base64").length !== 16)
    return "mismatch challenge/response";
  return undefined;
}

/** The headers that accept a websocket; `protocol` is empty for none. */
export function acceptHeaders({ headers }: Pick<Request, "headers">, protocol: string): Headers {
  const challenge = `${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  return {
    upgrade: "websocket",
    connection: "Upgrade",
    "sec-websocket-accept": createHash("sha1").update(challenge).digest("base64"),
    ...(protocol === "" ? {} : { "sec-websocket-protocol": protocol }),
  };
}
