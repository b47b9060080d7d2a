import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { HeaderLines } from "./headers.ts";
import type { Address } from "./target.ts";

/** Milliseconds an application has to take a connection. */
const patience = 10_000;

/** Joins a connection that asks for another protocol (a websocket) to the application's own. */
export function forwardUpgrade(
  incoming: IncomingMessage,
  caller: Duplex,
  head: Buffer,
  sent: { readonly address: Address; readonly target: string; readonly headers: HeaderLines },
): void {
  const { host, port } = sent.address;
  const application = connect({ host, port, timeout: patience });
  const end = () => {
    caller.destroy();
    application.destroy();
  };
  caller.once("error", end).once("close", end);
  application.once("close", end).once("timeout", end);
  application.once("error", () => refuseUpgrade(caller, 502, "Bad Gateway"));
  application.once("connect", () => {
    application.setTimeout(0);
    application.write(requestHead(incoming, sent.target, sent.headers));
    if (head.length > 0) application.write(head);
    caller.pipe(application);
    application.pipe(caller);
  });
}

/** Refuses an upgrade with a status and nothing else. */
export function refuseUpgrade(caller: Duplex, status: number, words: string): void {
  caller.end(`HTTP/1.1 ${status} ${words}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function requestHead(incoming: IncomingMessage, target: string, headers: HeaderLines): string {
  const lines = [...headers].flatMap(([name, values]) => values.map((value) => `${name}: ${value}`));
  lines.push("connection: upgrade", `upgrade: ${incoming.headers.upgrade ?? ""}`);
  return `${incoming.method} ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
}
