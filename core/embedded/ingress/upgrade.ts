import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { forwardedHeaders } from "./proxy.ts";

/** Joins a connection that asks for another protocol (a websocket) to the application's own. */
export function forwardUpgrade(
  incoming: IncomingMessage,
  caller: Duplex,
  head: Buffer,
  target: { readonly host: string; readonly port: number },
): void {
  const application = connect({ host: target.host, port: target.port });
  const end = () => {
    caller.destroy();
    application.destroy();
  };
  caller.once("error", end).once("close", end);
  application.once("error", end).once("close", end);
  application.once("connect", () => {
    application.write(requestHead(incoming));
    if (head.length > 0) application.write(head);
    caller.pipe(application);
    application.pipe(caller);
  });
}

/** Refuses an upgrade with a status and nothing else. */
export function refuseUpgrade(caller: Duplex, status: number, words: string): void {
  caller.end(`HTTP/1.1 ${status} ${words}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function requestHead(incoming: IncomingMessage): string {
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
  );
  const remoteAddress = incoming.socket.remoteAddress;
  const sent = {
    ...forwardedHeaders({ headers, ...(remoteAddress === undefined ? {} : { remoteAddress }) }),
    connection: "upgrade",
    upgrade: headers["upgrade"] ?? "",
  };
  const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}`);
  return `${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
}
