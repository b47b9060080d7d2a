import type { StreamChoice } from "@catalyst/ports/containers";
import type { Request, Response } from "@catalyst/ports/transport";
import type { Offer } from "../offer.ts";
import { asksWebSocket } from "../websocket/handshake.ts";
import { bySpdy } from "./by-spdy.ts";
import { byWebSocket } from "./by-websocket.ts";
import type { Caller } from "./caller.ts";

export type { Caller, CommandStatus } from "./caller.ts";

/** Offers a caller the streams of a command by the protocol it asks for, or refuses its handshake. */
export function offerCommand(request: Request, choice: StreamChoice): Offer<Caller> | Response {
  return asksWebSocket(request) ? byWebSocket(request, choice) : bySpdy(request, choice);
}
