import { isCatalystError } from "@catalyst/base/errors";
import { badRequest } from "../machinery/index.ts";
import type { Answer } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { stored } from "../verbs/read.ts";
import { containerOf } from "./pod-container.ts";

/** Answers GET of a container's log, streamed as it comes from the node. */
export async function log(call: Call): Promise<Answer> {
  const { query, parts, cluster, request } = call;
  const { object: pod } = stored(call);
  const container = containerOf(pod, query.get("container") ?? "");
  const flag = (name: string) => ["true", "1"].includes(query.get(name) ?? "");
  const number = (name: string) => (query.has(name) ? Number(query.get(name)) : undefined);
  const lines = parts.node!.log!(cluster.name, pod, {
    container,
    follow: flag("follow"),
    previous: flag("previous"),
    timestamps: flag("timestamps"),
    sinceSeconds: number("sinceSeconds") ?? since(query.get("sinceTime"), parts.clock.now()),
    tailLines: number("tailLines"),
    signal: request.signal,
  });
  const body = await started(lines);
  const headers = { "content-type": "text/plain; charset=utf-8" };
  return { type: "response", response: { status: 200, headers, body } };
}

/** Waits for the first piece, so that a log that isn't there is a refusal and not a broken stream. */
async function started(lines: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = lines[Symbol.asyncIterator]();
  try {
    const first = await iterator.next();
    return resumed(first, iterator);
  } catch (error) {
    if (!isCatalystError(error, "node-log-absent")) throw error;
    throw badRequest(error.message);
  }
}

async function* resumed(
  first: IteratorResult<Uint8Array>,
  iterator: AsyncIterator<Uint8Array>,
): AsyncIterable<Uint8Array> {
  try {
    for (let next = first; !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

function since(time: string | null, now: number): number | undefined {
  return time === null ? undefined : Math.max(1, Math.ceil((now - Date.parse(time)) / 1000));
}
