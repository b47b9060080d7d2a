import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
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

  /** Gives an answer's document; undefined for a status in `missing`. Throws `podman-failed` for others. */
  async json(
    method: string,
    path: string,
    json?: unknown,
    missing: readonly number[] = [],
  ): Promise<unknown> {
    const { status, body } = await this.open(method, path, json);
    const text = await textOf(body);
    if (missing.includes(status)) return undefined;
    if (status >= 200 && status < 400) return text === "" ? {} : JSON.parse(text);
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
