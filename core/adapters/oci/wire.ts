import { CatalystError, errorMessage, isCatalystError } from "@catalyst/base/errors";
import {
  type Headers,
  type Request,
  type Response,
  readBytes,
  type Transport,
} from "@catalyst/ports/transport";

/** A user name and a password or token. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

export interface WireOptions {
  /** Reaches the registry. */
  readonly transport: Transport;
  /** `scheme://host[:port]` of the registry: what a redirect is compared with. */
  readonly origin: string;
  readonly credentials?: RegistryCredentials | undefined;
  /**
   * Reaches another origin, for registries that answer a blob by a redirect to their storage. It is never
   * given credentials. Absent: such a redirect is an error.
   */
  readonly elsewhere?: ((origin: string) => Transport) | undefined;
}

/** Redirects followed before giving up. */
const redirectLimit = 5;

/** Requests to one registry, with its sign-in and its redirects; errors as the port names them. */
export class Wire {
  readonly #options: WireOptions;
  #authorization: string | undefined;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  /** Sends a request; a redirect to another origin carries no credentials (security case 15). */
  async send(request: Omit<Request, "headers"> & { readonly headers?: Headers }): Promise<Response> {
    const { transport } = this.#options;
    let response = await this.#reach(transport, this.#signed(request));
    if (response.status === 401 && (await this.#signIn(response))) {
      await drain(response);
      response = await this.#reach(transport, this.#signed(request));
    }
    return this.#follow(request, response);
  }

  #signed(request: Omit<Request, "headers"> & { readonly headers?: Headers }): Request {
    const authorization = this.#authorization === undefined ? {} : { authorization: this.#authorization };
    return { ...request, headers: { ...request.headers, ...authorization } };
  }

  async #follow(
    request: Omit<Request, "headers"> & { readonly headers?: Headers },
    first: Response,
  ): Promise<Response> {
    let response = first;
    let base = this.#options.origin;
    for (let hop = 0; isRedirect(response.status) && isRead(request.method); hop++) {
      if (hop === redirectLimit) throw unavailable("the registry redirects in a circle");
      const target = new URL(response.headers["location"] ?? "", base);
      await drain(response);
      base = target.origin;
      const next = { ...request, path: `${target.pathname}${target.search}` };
      if (target.origin === this.#options.origin) {
        response = await this.#reach(this.#options.transport, this.#signed(next));
      } else {
        const elsewhere = this.#options.elsewhere?.(target.origin);
        if (elsewhere === undefined) throw unavailable(`the registry redirects to ${target.origin}`);
        response = await this.#reach(elsewhere, { ...next, headers: request.headers ?? {} });
      }
    }
    return response;
  }

  /** Answers a challenge: Basic at once, Bearer by fetching a token from the registry's own origin. */
  async #signIn(response: Response): Promise<boolean> {
    const { credentials } = this.#options;
    const challenge = response.headers["www-authenticate"] ?? "";
    if (credentials === undefined)
      return /^bearer/i.test(challenge) && this.#fetchToken(challenge, undefined);
    const pair = Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64");
    const basic = `Basic ${pair}`;
    if (/^bearer/i.test(challenge)) return this.#fetchToken(challenge, basic);
    if (this.#authorization === basic) return false;
    this.#authorization = basic;
    return true;
  }

  async #fetchToken(challenge: string, authorization: string | undefined): Promise<boolean> {
    const field = (name: string) => new RegExp(`${name}="([^"]*)"`, "i").exec(challenge)?.[1];
    const realm = new URL(field("realm") ?? "", this.#options.origin);
    // A realm elsewhere would be handed the password by anyone who can answer in the registry's place.
    if (realm.origin !== this.#options.origin) return false;
    for (const name of ["service", "scope"]) {
      const value = field(name);
      if (value !== undefined) realm.searchParams.set(name, value);
    }
    const answer = await this.#reach(this.#options.transport, {
      method: "GET",
      path: `${realm.pathname}${realm.search}`,
      headers: authorization === undefined ? {} : { authorization },
    });
    if (answer.status !== 200) return false;
    const body = JSON.parse(new TextDecoder().decode(await readBytes(answer))) as Record<string, unknown>;
    const token = body["token"] ?? body["access_token"];
    if (typeof token !== "string") return false;
    this.#authorization = `Bearer ${token}`;
    return true;
  }

  async #reach(transport: Transport, request: Request): Promise<Response> {
    try {
      return await transport.request(request);
    } catch (cause) {
      if (!isCatalystError(cause, "transport-unreachable")) throw cause;
      throw unavailable(`the registry can't be reached: ${errorMessage(cause)}`, cause);
    }
  }
}

/** The error for an answer that isn't the expected one. */
export async function refusal(what: string, response: Response): Promise<CatalystError> {
  const text = new TextDecoder().decode(await readBytes(response, 64 * 1024).catch(() => new Uint8Array()));
  const said = firstMessage(text);
  const message = `${what}: the registry answered ${response.status}${said === "" ? "" : ` (${said})`}`;
  const details = { status: response.status };
  if (response.status === 404) return new CatalystError("oci-not-found", message, { details });
  if (response.status === 401 || response.status === 403) {
    return new CatalystError("oci-denied", message, { details });
  }
  if (response.status >= 500 || response.status === 429) {
    return new CatalystError("oci-unavailable", message, { details });
  }
  return new CatalystError("oci-invalid", message, { details });
}

/** Reads a body to its end so that the connection can be used again. */
export async function drain(response: Response): Promise<void> {
  await readBytes(response).catch(() => undefined);
}

function firstMessage(text: string): string {
  try {
    const errors = (JSON.parse(text) as { errors?: { message?: string }[] }).errors;
    return errors?.[0]?.message ?? "";
  } catch {
    return "";
  }
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

function unavailable(message: string, cause?: unknown): CatalystError {
  return new CatalystError("oci-unavailable", message, cause === undefined ? {} : { cause });
}
