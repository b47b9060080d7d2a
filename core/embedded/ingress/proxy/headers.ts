import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { connectionHeaders } from "@catalyst/embedded-proxy";
import type { HeaderChange, Scheme } from "../routing/rule.ts";

/** A request, and its answer, of a server of either version of HTTP. */
export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

/** By which HTTP/2 says that a stream ended before it was whole (RFC 9113, 7). */
const internalError = 2;

/** Ends an answer that has begun, so that its reader doesn't take it for whole. */
export function breakOff(outgoing: Outgoing): void {
  if ("stream" in outgoing) outgoing.stream.close(internalError);
  else outgoing.destroy();
}

/** Header lines by their names in lower case. */
export type HeaderLines = Map<string, string[]>;

/** Headers by which a proxy says who called: a caller's own would be believed (security-cases.md 23). */
const forwardingHeaders = /^(?:x-forwarded-.*|x-real-ip|x-original-url|x-rewrite-url|x-envoy-.*|forwarded)$/;

/** Reads a message's headers, without those of its connection. */
export function endToEndHeaders(message: Pick<Incoming, "rawHeaders">): HeaderLines {
  const lines: HeaderLines = new Map();
  const raw = message.rawHeaders;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? "").toLowerCase();
    if (name.startsWith(":")) continue;
    const known = lines.get(name);
    if (known === undefined) lines.set(name, [raw[at + 1] ?? ""]);
    else known.push(raw[at + 1] ?? "");
  }
  const named = (lines.get("connection") ?? []).flatMap((value) => value.toLowerCase().split(","));
  for (const name of [...connectionHeaders, ...named.map((each) => each.trim())]) lines.delete(name);
  return lines;
}

/** The host a request is for, with its port as it was given. */
export function authorityOf(incoming: Incoming): string {
  const pseudo = incoming.headers[":authority"];
  return typeof pseudo === "string" ? pseudo : (incoming.headers.host ?? "");
}

/** How a request came. */
export function schemeOf(incoming: Incoming): Scheme {
  return "encrypted" in incoming.socket && incoming.socket.encrypted === true ? "https" : "http";
}

/** The headers an application gets: the caller's, and who called. */
export function requestHeaders(incoming: Incoming): HeaderLines {
  const lines = endToEndHeaders(incoming);
  for (const name of [...lines.keys()]) if (forwardingHeaders.test(name)) lines.delete(name);
  // HTTP/2 sends each cookie in a line of its own; what doesn't know it wants one (RFC 9113, 8.2.3).
  const cookies = lines.get("cookie");
  if (cookies !== undefined) lines.set("cookie", [cookies.join("; ")]);
  const authority = authorityOf(incoming);
  const { remoteAddress } = incoming.socket;
  lines.set("host", [authority]);
  if (remoteAddress !== undefined) lines.set("x-forwarded-for", [remoteAddress]);
  lines.set("x-forwarded-host", [authority]);
  lines.set("x-forwarded-proto", [schemeOf(incoming)]);
  const port = /:(\d+)$/.exec(authority)?.[1];
  if (port !== undefined) lines.set("x-forwarded-port", [port]);
  return lines;
}

/** Changes header lines in place. */
export function changeHeaders(lines: HeaderLines, changes: readonly HeaderChange[]): void {
  for (const { set, add, remove } of changes) {
    for (const name of remove) lines.delete(name);
    for (const [name, value] of set) lines.set(name, [value]);
    for (const [name, value] of add) lines.set(name, [...(lines.get(name) ?? []), value]);
  }
}

/** Header lines as node:http takes them. */
export function headerRecord(lines: HeaderLines): Record<string, string | string[]> {
  return Object.fromEntries(
    [...lines].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? "") : values]),
  );
}
