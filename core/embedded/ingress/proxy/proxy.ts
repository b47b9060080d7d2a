import type { HeaderChange } from "../routing/rule.ts";
import { type Answer, type Exchange, openExchange } from "./exchange.ts";
import {
  breakOff,
  changeHeaders,
  endToEndHeaders,
  type HeaderLines,
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

/**
 * Sends a request on and its answer back, both as they come: bodies, trailers, early hints. Throws what the connection
 * throws; after the answer's head only a broken connection tells the caller.
 */
export async function forward(incoming: Incoming, outgoing: Outgoing, sent: Forwarding): Promise<void> {
  const exchange = await openExchange(sent);
  void sendBody(incoming, outgoing, exchange, sent).catch((error: Error) => exchange.destroy(error));
  const answer = await exchange.answer;
  writeHead(outgoing, answer, sent.changes);
  try {
    await pump(answer, outgoing);
  } catch {
    breakOff(outgoing);
  }
}

/** Who asks before sending a body (RFC 9110, 10.1.1) gets the application's own answer. */
async function sendBody(
  incoming: Incoming,
  outgoing: Outgoing,
  exchange: Exchange,
  { headers, hasBody, copies }: Forwarding,
): Promise<void> {
  if (!hasBody) {
    for (const copy of copies) copy.end();
    exchange.body.end();
    return;
  }
  if (headers.has("expect")) {
    if (!(await exchange.mayGoOn())) return;
    outgoing.writeContinue();
  }
  await pump(incoming, exchange.body, (chunk) => {
    for (const copy of copies) copy.write(chunk);
  });
  for (const copy of copies) copy.end();
}

function writeHead(outgoing: Outgoing, answer: Answer, changes: readonly HeaderChange[]): void {
  const lines = endToEndHeaders(answer);
  changeHeaders(lines, changes);
  for (const [name, values] of lines)
    outgoing.setHeader(name, values.length === 1 ? (values[0] ?? "") : values);
  outgoing.statusCode = answer.status;
  // A stream of events may be silent for long: its head must not wait for the first.
  if ("flushHeaders" in outgoing) outgoing.flushHeaders();
  else outgoing.writeHead(outgoing.statusCode);
}
