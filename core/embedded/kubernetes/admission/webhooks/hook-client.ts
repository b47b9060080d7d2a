import { Agent, request as httpsRequest, type RequestOptions } from "node:https";
import { isIP } from "node:net";
import { CatalystError, errorMessage } from "@catalyst/base/errors";
import { dialOf } from "@catalyst/embedded-proxy";
import type { Json } from "../../machinery/index.ts";
import type { Endpoint } from "./destination.ts";
import { dialFault, statusFault } from "./dial-fault.ts";
import { HookFault } from "./hook-fault.ts";

/** Largest answer read (bytes): an object and a patch of it fit. */
const answerLimit = 3 * 1024 * 1024;

/** Connections kept for this many destinations. */
const agentLimit = 200;

/** One call of a webhook. */
export interface HookCall {
  /** `https://host:port`; its certificate must be good for this name. */
  readonly origin: string;
  readonly path: string;
  /** What to connect to instead of the origin's host. Throws HookFault. */
  readonly endpoint: () => Endpoint | undefined;
  /** PEM of the authorities to trust; without it the system's. */
  readonly ca: string | undefined;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Calls webhooks over HTTPS. An answer is bounded, a redirect is no answer, nothing of a foreign answer that
 * isn't a review comes into an error, no credentials are sent, and unless `loopback` is set no address of this
 * machine is called (security cases 15, 16, 18, 25).
 */
export class HookClient {
  readonly #agents = new Map<string, Agent>();
  readonly #allowed: { readonly loopback: boolean };

  constructor(allowed: { readonly loopback: boolean }) {
    this.#allowed = allowed;
  }

  /** Posts a document and gives the document answered. Throws HookFault, worded as upstream words it. */
  async post(call: HookCall, body: Json): Promise<unknown> {
    const timeout = AbortSignal.timeout(call.timeoutSeconds * 1000);
    const signal = call.signal === undefined ? timeout : AbortSignal.any([call.signal, timeout]);
    const path = `${call.path}?timeout=${call.timeoutSeconds}s`;
    const { status, text } = await this.#exchange({ ...call, path }, body, signal).catch((error) => {
      const why = timeout.aborted ? "context deadline exceeded" : dialFault(error, call.origin);
      throw new HookFault(
        `failed to call webhook: Post ${JSON.stringify(call.origin + path)}: ${why}`,
        error,
      );
    });
    if (status >= 200 && status <= 206) return parse(text);
    throw new HookFault(`failed to call webhook: ${statusFault(status)}`);
  }

  /** Ends all connections. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  async #exchange(
    call: HookCall,
    body: Json,
    signal: AbortSignal,
  ): Promise<{ status: number; text: string }> {
    signal.throwIfAborted();
    const bytes = Buffer.from(JSON.stringify(body));
    const options = this.#options(call, bytes, signal);
    return new Promise((resolve, reject) => {
      const outgoing = httpsRequest(options, (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > answerLimit) incoming.destroy(tooLarge());
          else chunks.push(chunk);
        });
        incoming.once("error", reject);
        incoming.once("end", () => {
          resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") });
        });
      });
      outgoing.once("error", reject);
      outgoing.end(bytes);
    });
  }

  #options({ origin, path, endpoint, ca }: HookCall, body: Buffer, signal: AbortSignal): RequestOptions {
    const address = endpoint();
    const { hostname, port, host } = new URL(origin);
    const name = hostname.replace(/^\[|\]$/g, "");
    return {
      method: "POST",
      agent: this.#agent(`${origin} ${ca ?? ""}`),
      ...dialOf(address?.host ?? name, this.#allowed),
      port: address?.port ?? (port === "" ? 443 : Number(port)),
      path,
      ...(isIP(name) === 0 ? { servername: name } : {}),
      ...(ca === undefined ? {} : { ca }),
      headers: {
        host,
        accept: "application/json, */*",
        "content-type": "application/json",
        "content-length": body.length,
        "user-agent": "kube-apiserver-admission",
      },
      signal,
    };
  }

  #agent(key: string): Agent {
    let agent = this.#agents.get(key);
    if (agent !== undefined) return agent;
    agent = new Agent({ keepAlive: true, timeout: 60_000 });
    this.#agents.set(key, agent);
    const [oldest, other] = this.#agents;
    if (this.#agents.size > agentLimit && oldest !== undefined && other !== undefined) {
      oldest[1].destroy();
      this.#agents.delete(oldest[0]);
    }
    return agent;
  }
}

function tooLarge(): CatalystError {
  return new CatalystError("body-too-large", `the answer is larger than ${answerLimit} bytes`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HookFault(
      "failed to call webhook: couldn't get version/kind; json parse error: the answer is no JSON",
      errorMessage(error),
    );
  }
}
