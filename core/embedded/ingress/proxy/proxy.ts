import { once } from "node:events";
import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import type { HeaderChange } from "../routing/rule.ts";
import {
  changeHeaders,
  endToEndHeaders,
  type HeaderLines,
  headerRecord,
  type Incoming,
  type Outgoing,
} from "./headers.ts";
import type { Copy } from "./mirror.ts";
import { pump } from "./pump.ts";
import type { Address } from "./target.ts";

/** What is sent on for a request. */
export interface Forwarding {
  readonly address: Address;
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderLines;
  readonly hasBody: boolean;
  /** Made to the answer's headers. */
  readonly changes: readonly HeaderChange[];
  readonly copies: readonly Copy[];
  /** Ends everything: the caller went away, or the time is up. */
  readonly signal: AbortSignal;
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/**
 * Sends a request on and its answer back, both as they come: bodies, trailers, early hints. Throws what the connection
 * throws; after the answer's head only a broken connection tells the caller.
 */
export async function forward(incoming: Incoming, outgoing: Outgoing, sent: Forwarding): Promise<void> {
  const sending = httpRequest({
    agent,
    host: sent.address.host,
    port: sent.address.port,
    method: sent.method,
    path: sent.target,
    headers: { ...headerRecord(sent.headers), ...framing(sent) },
    signal: sent.signal,
  });
  const answered = once(sending, "response");
  void sendBody(incoming, outgoing, sending, sent).catch((error: Error) => sending.destroy(error));
  const [answer] = (await answered) as [IncomingMessage];
  writeHead(outgoing, answer, sent.changes);
  try {
    await pump(answer, outgoing);
  } catch {
    outgoing.destroy();
  }
}

/** A body of unknown length is sent in chunks, whatever the method. */
function framing({ hasBody, headers }: Forwarding): Record<string, string> {
  return hasBody && !headers.has("content-length") ? { "transfer-encoding": "chunked" } : {};
}

/** Who asks before sending a body (RFC 9110, 10.1.1) gets the application's own answer. */
async function sendBody(
  incoming: Incoming,
  outgoing: Outgoing,
  sending: ClientRequest,
  { headers, hasBody, copies }: Forwarding,
): Promise<void> {
  if (!hasBody) {
    for (const copy of copies) copy.end();
    sending.end();
    return;
  }
  if (headers.has("expect")) {
    sending.flushHeaders();
    const goOn = await Promise.race([
      once(sending, "continue").then(() => true),
      once(sending, "response").then(() => false),
    ]);
    if (!goOn) return;
    outgoing.writeContinue();
  }
  await pump(incoming, sending, (chunk) => {
    for (const copy of copies) copy.write(chunk);
  });
  for (const copy of copies) copy.end();
}

function writeHead(outgoing: Outgoing, answer: IncomingMessage, changes: readonly HeaderChange[]): void {
  const lines = endToEndHeaders(answer);
  changeHeaders(lines, changes);
  for (const [name, values] of lines)
    outgoing.setHeader(name, values.length === 1 ? (values[0] ?? "") : values);
  outgoing.statusCode = answer.statusCode ?? 502;
  // A stream of events may be silent for long: its head must not wait for the first.
  if ("flushHeaders" in outgoing) outgoing.flushHeaders();
  else outgoing.writeHead(outgoing.statusCode);
}
