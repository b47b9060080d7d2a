import { isCatalystError } from "@catalyst/base/errors";
import type { KubeObject, PodLogOptions } from "@catalyst/ports/kubernetes";
import { badRequest } from "../machinery/index.ts";
import type { Answer } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { isRefusal } from "../streams/offer.ts";
import { asksWebSocket } from "../streams/websocket/handshake.ts";
import { offerReader, type Reader } from "../streams/websocket/reader.ts";
import { stored } from "../verbs/read.ts";
import { readLogOptions } from "./log-options.ts";
import { containerOf } from "./pod-container.ts";
import { upgraded } from "./upgraded.ts";

/** Answers GET of a container's log, streamed as it comes from the node: as the body, or a websocket's messages. */
export async function log(call: Call): Promise<Answer> {
  const options = readLogOptions(call.query, call.route.name ?? "");
  const { object: pod } = stored(call);
  const container = containerOf(pod, call.query.get("container") ?? "");
  if (!(pod.spec as { readonly nodeName?: string }).nodeName)
    return { type: "response", response: { status: 204, headers: {} } };
  if (asksWebSocket(call.request)) return bySocket(call, pod, { ...options, container });
  const { node, longRequests } = call.parts;
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, ...(call.request.signal ? [call.request.signal] : [])]);
  const lines = await started(node!.log!(call.cluster.name, pod, { ...options, container, signal }));
  const headers = { "content-type": "text/plain" };
  const end = () => ended.abort();
  const request = { call, verb: "get", end, close: end };
  longRequests.add(request);
  const over = () => longRequests.delete(request);
  // A caller that goes before it has read anything never ends the stream.
  signal.addEventListener("abort", over, { once: true });
  return {
    type: "response",
    response: { status: 200, headers, body: resumed(lines, over) },
  };
}

async function bySocket(call: Call, pod: KubeObject, options: PodLogOptions): Promise<Answer> {
  const ended = new AbortController();
  const lines = await started(
    call.parts.node!.log!(call.cluster.name, pod, { ...options, signal: ended.signal }),
  );
  const offer = offerReader(call.request);
  if (isRefusal(offer)) {
    ended.abort();
    await lines.iterator.return?.();
    return { type: "response", response: offer };
  }
  const send = async (reader: Reader) => {
    void reader.gone.then(() => ended.abort());
    for await (const piece of resumed(lines, () => ended.abort())) await reader.send(piece);
  };
  return upgraded(call, offer, send, "get");
}

interface Started {
  readonly first: IteratorResult<Uint8Array>;
  readonly iterator: AsyncIterator<Uint8Array>;
}

/** Waits for the first piece, so that a log that isn't there is a refusal and not a broken stream. */
async function started(lines: AsyncIterable<Uint8Array>): Promise<Started> {
  const iterator = lines[Symbol.asyncIterator]();
  try {
    return { first: await iterator.next(), iterator };
  } catch (error) {
    if (!isCatalystError(error, "node-log-absent")) throw error;
    throw badRequest(error.message);
  }
}

/** The rest of a log after its first piece; `over` is called once nobody reads it any more. */
async function* resumed({ first, iterator }: Started, over: () => void): AsyncIterable<Uint8Array> {
  try {
    for (let next = first; !next.done; next = await iterator.next()) yield next.value;
  } finally {
    over();
    await iterator.return?.();
  }
}
