import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import type { Answer, Exchange, Question } from "./exchange.ts";
import { headerRecord } from "./headers.ts";

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** Opens an exchange in HTTP/1.1. */
export function openHttp1(question: Question): Exchange {
  const { address, method, target, headers, signal, isAlone } = question;
  const sending = request({
    ...(isAlone === true ? {} : { agent }),
    host: address.host,
    port: address.port,
    method,
    path: target,
    headers: {
      ...headerRecord(headers),
      ...framing(question),
      ...(isAlone === true ? { connection: "close" } : {}),
    },
    signal,
  });
  // Whoever waits is told; when nobody does, nobody has to know.
  sending.on("error", () => undefined);
  const response = once(sending, "response") as Promise<[IncomingMessage]>;
  return {
    body: sending,
    answer: response.then(([incoming]) => answerOf(incoming)),
    mayGoOn: () => {
      sending.flushHeaders();
      return Promise.race([once(sending, "continue").then(() => true), response.then(() => false)]);
    },
    destroy: (error) => sending.destroy(error),
  };
}

function answerOf(incoming: IncomingMessage): Answer {
  return {
    status: incoming.statusCode ?? 502,
    rawHeaders: incoming.rawHeaders,
    // They are known once the body is read.
    get rawTrailers() {
      return incoming.rawTrailers;
    },
    [Symbol.asyncIterator]: () => incoming[Symbol.asyncIterator](),
  };
}

/** A body of unknown length is sent in chunks, whatever the method. */
function framing({ hasBody, headers }: Question): Record<string, string> {
  return hasBody && !headers.has("content-length") ? { "transfer-encoding": "chunked" } : {};
}
