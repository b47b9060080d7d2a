import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";

/** The version of podman's own REST interface that is spoken; newer podmans serve it too. */
const root = "/v4.0.0/libpod";

export interface Answer {
  readonly status: number;
  readonly body: IncomingMessage;
}

/** Podman's REST interface over its socket. */
export class PodmanRest {
  readonly #socketPath: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Sends a request, with `more` headers, and gives its answer as a stream. Throws `runtime-unavailable`. */
  async open(
    method: string,
    path: string,
    json?: unknown,
    signal?: AbortSignal | undefined,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const text = json === undefined ? undefined : JSON.stringify(json);
    const outgoing = httpRequest({
      agent: this.#agent,
      socketPath: this.#socketPath,
      method,
      path: root + path,
      headers:
        text === undefined
          ? more
          : { ...more, "content-type": "application/json", "content-length": Buffer.byteLength(text) },
      ...(signal === undefined ? {} : { signal }),
    });
    try {
      const answered = once(outgoing, "response");
      outgoing.end(text);
      const [body] = (await answered) as [IncomingMessage];
      return { status: body.statusCode ?? 0, body };
    } catch (cause) {
      signal?.throwIfAborted();
      throw new CatalystError("runtime-unavailable", "podman doesn't answer", { cause });
    }
  }

  /**
   * Sends a request whose connection goes on as a process's streams, and gives that connection. Throws
   * `podman-failed`, `runtime-unavailable`.
   */
  async hijack(path: string, json: unknown, signal: AbortSignal): Promise<Duplex> {
    const text = json === undefined ? undefined : JSON.stringify(json);
    const outgoing = httpRequest({
      socketPath: this.#socketPath,
      method: "POST",
      path: root + path,
      headers: {
        connection: "upgrade",
        upgrade: "tcp",
        // A body that podman doesn't read would be input of the process.
        ...(text === undefined
          ? {}
          : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
      },
      signal,
    });
    const answered = Promise.race([once(outgoing, "upgrade"), once(outgoing, "response")]);
    outgoing.end(text);
    const [incoming, socket, head] = (await answered.catch((cause: unknown) => {
      signal.throwIfAborted();
      throw new CatalystError("runtime-unavailable", "podman doesn't answer", { cause });
    })) as [IncomingMessage, Duplex?, Buffer?];
    if (socket === undefined) {
      const details = { status: incoming.statusCode, path };
      throw new CatalystError("podman-failed", causeOf(await textOf(incoming), incoming.statusCode ?? 0), {
        details,
      });
    }
    if (head !== undefined && head.length > 0) socket.unshift(head);
    return socket;
  }

  /** Gives an answer's document; undefined for a status in `missing`. Throws `podman-failed` for others. */
  async json(
    method: string,
    path: string,
    json?: unknown,
    missing: readonly number[] = [],
  ): Promise<unknown> {
    const text = await this.#text(method, path, json, missing);
    if (text === undefined) return undefined;
    return text === "" ? {} : JSON.parse(text);
  }

  /** Asks for something whose answer says nothing but that it was done. Throws `podman-failed`. */
  async command(method: string, path: string, json?: unknown): Promise<void> {
    await this.#text(method, path, json, []);
  }

  /** Undefined for a status in `missing`. */
  async #text(
    method: string,
    path: string,
    json: unknown,
    missing: readonly number[],
  ): Promise<string | undefined> {
    const { status, body } = await this.open(method, path, json);
    const text = await textOf(body);
    if (missing.includes(status)) return undefined;
    if (status >= 200 && status < 400) return text;
    throw new CatalystError("podman-failed", causeOf(text, status), { details: { status, method, path } });
  }

  close(): void {
    this.#agent.destroy();
  }
}

export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function causeOf(text: string, status: number): string {
  try {
    const document: unknown = JSON.parse(text);
    const word = isObject(document) ? (document["message"] ?? document["cause"]) : undefined;
    if (typeof word === "string") return word;
  } catch {
    // Not JSON: its first line is the best there is.
  }
  return text.split("\n")[0] || `podman answered ${status}`;
}

/** Prints podman's `filters` parameter. */
export function filters(values: Readonly<Record<string, readonly string[]>>): string {
  return encodeURIComponent(JSON.stringify(values));
}
