import { setTimeout as sleep } from "node:timers/promises";
import type { Sovereign } from "./sovereign.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field, as a script would
type Answer = any;

/** Calls a Sovereign's API as `admin`. */
export class Calls {
  readonly #sovereign: Sovereign;

  constructor(sovereign: Sovereign) {
    this.#sovereign = sovereign;
  }

  get(path: string): Promise<Answer> {
    return this.#call("GET", path);
  }

  post(path: string, body?: unknown): Promise<Answer> {
    return this.#call("POST", path, body);
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.#call("PUT", path, body);
  }

  patch(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#call("PATCH", path, body, headers);
  }

  delete(path: string): Promise<Answer> {
    return this.#call("DELETE", path);
  }

  /** The status alone, whatever it is. */
  async status(path: string): Promise<number> {
    return (await this.send("GET", path)).status;
  }

  /** The whole answer of a call that is to fail. */
  async problem(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer> {
    const response = await this.send(method, path, body, headers);
    if (response.ok) throw new Error(`${method} ${path} was to fail and answered ${response.status}`);
    return response.json();
  }

  /** What an application's host name answers: `site.demo-dev`. */
  async page(host: string): Promise<string> {
    const { port } = new URL(this.#sovereign.url);
    const { request } = await import("node:http");
    return new Promise((resolve, reject) => {
      request({ host: "127.0.0.1", port, headers: { host: `${host}.localhost:${port}` } }, (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk) => {
          text += chunk;
        });
        answer.on("end", () => resolve(text));
      })
        .on("error", reject)
        .end();
    });
  }

  async #call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer> {
    const response = await this.send(method, path, body, headers);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  /** The answer as it comes, whatever its status. */
  send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const authorization = `Bearer ${this.#sovereign.token()}`;
    const content = body === undefined ? {} : { "content-type": "application/json" };
    return fetch(`${this.#sovereign.url}/v1${path}`, {
      method,
      headers: { authorization, ...content, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}

/** Waits until something is so; fails with its name after a minute, or `patience` milliseconds. */
export async function eventually(
  what: string,
  check: () => Promise<boolean>,
  patience = 60_000,
): Promise<void> {
  const end = Date.now() + patience;
  let last: unknown;
  while (Date.now() < end) {
    try {
      if (await check()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await sleep(50);
  }
  throw new Error(`it didn't come about that ${what}`, { cause: last });
}
