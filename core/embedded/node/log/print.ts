import type { LogOptions } from "@catalyst/ports/containers";
import { endsLine, type LogEntry } from "./entry.ts";

/** Prints entries as the kubelet does: those that are wanted, with their times if asked, cut at the limit of bytes. */
export async function* printLog(
  entries: AsyncIterable<LogEntry>,
  { since, timestamps = false, limitBytes = Number.POSITIVE_INFINITY }: LogOptions,
): AsyncGenerator<Uint8Array> {
  let left = limitBytes;
  let isLineBegin = true;
  for await (const entry of entries) {
    const begins = isLineBegin;
    isLineBegin = endsLine(entry);
    if (since !== undefined && Date.parse(entry.time) < since) continue;
    const prefix = timestamps && begins ? Buffer.from(`${entry.time} `) : new Uint8Array();
    const bytes = Buffer.concat([prefix, entry.content]).subarray(0, left);
    left -= bytes.length;
    yield bytes;
    if (left <= 0) return;
  }
}
