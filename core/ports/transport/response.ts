import { CatalystError } from "@catalyst/base/errors";
import type { Request, Response } from "./handler.ts";

/** Largest document read into memory unless a caller says otherwise: 64 MiB. */
export const defaultBodyLimit = 64 * 1024 * 1024;

/** Reads a request's or a response's body whole. Throws `body-too-large` past `limit` bytes. */
export async function readBytes(
  message: Pick<Request, "body" | "json">,
  limit: number = defaultBodyLimit,
): Promise<Uint8Array> {
  if (message.json !== undefined) return new TextEncoder().encode(JSON.stringify(message.json));
  if (message.body === undefined) return new Uint8Array();
  if (message.body instanceof Uint8Array) return checked(message.body, limit);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of message.body) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads a body as UTF-8 text. */
export async function readText(message: Pick<Request, "body" | "json">, limit?: number): Promise<string> {
  return new TextDecoder().decode(await readBytes(message, limit));
}

/** Reads a body as JSON; a value passed in process is given as it is. Throws `body-not-json`. */
export async function readJson(message: Pick<Request, "body" | "json">, limit?: number): Promise<unknown> {
  if (message.json !== undefined) return message.json;
  const text = await readText(message, limit);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CatalystError("body-not-json", "the body is not valid JSON", { cause });
  }
}

/** Iterates a stream of documents: passed values in process, JSON lines from a socket. */
export async function* readItems(response: Response): AsyncIterable<unknown> {
  if (response.items !== undefined) return yield* response.items;
  if (response.body === undefined) return;
  const decoder = new TextDecoder();
  let rest = "";
  const chunks = response.body instanceof Uint8Array ? [response.body] : response.body;
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield JSON.parse(line);
  }
  if (rest.trim() !== "") yield JSON.parse(rest);
}

function checked(bytes: Uint8Array, limit: number): Uint8Array {
  if (bytes.length > limit) throw tooLarge(limit);
  return bytes;
}

function tooLarge(limit: number): CatalystError {
  return new CatalystError("body-too-large", `the body is larger than ${limit} bytes`);
}
