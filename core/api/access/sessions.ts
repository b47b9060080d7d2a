import { randomBytes } from "node:crypto";
import type { Clock } from "@catalyst/base/clock";
import { sha256Hex } from "@catalyst/base/digest";
import type { KeyValue } from "@catalyst/ports/events";

/** A browser's sign-in. */
export interface Session {
  readonly user: string;
  /** Sent back by the browser in `x-csrf-token` with every change. */
  readonly csrf: string;
  readonly expiresAt: number;
  /** The end of the token whose link began it: neither the session nor what it makes outlives that. */
  readonly notAfter?: number;
}

/** Who a link signs in, and the end of what it was made with. */
export interface LinkSubject {
  readonly user: string;
  readonly notAfter?: number | undefined;
}

/** How long a session lasts, in milliseconds: twelve hours. */
export const sessionLifetime = 12 * 3_600_000;

/** How long a sign-in link works, in milliseconds: five minutes, once. */
const linkLifetime = 5 * 60_000;

/** Sessions of browsers, and the one-time links that begin them. Only digests of their secrets are kept. */
export class Sessions {
  readonly #bucket: KeyValue;
  readonly #clock: Clock;
  readonly #known = new Map<string, Session>();
  readonly #links = new Map<string, LinkSubject & { readonly expiresAt: number }>();

  private constructor(bucket: KeyValue, clock: Clock) {
    this.#bucket = bucket;
    this.#clock = clock;
  }

  static async open(bucket: KeyValue, clock: Clock): Promise<Sessions> {
    const sessions = new Sessions(bucket, clock);
    for await (const { key, value } of bucket.entries()) {
      const session = value as Session;
      if (session.expiresAt > clock.now()) sessions.#known.set(key, session);
      else await bucket.delete(key);
    }
    return sessions;
  }

  /** Begins a session; the secret goes into the browser's cookie. */
  async begin({
    user,
    notAfter,
  }: LinkSubject): Promise<{ readonly secret: string; readonly session: Session }> {
    const secret = randomBytes(32).toString("base64url");
    const session: Session = {
      user,
      csrf: randomBytes(18).toString("base64url"),
      expiresAt: Math.min(this.#clock.now() + sessionLifetime, notAfter ?? Number.POSITIVE_INFINITY),
      ...(notAfter === undefined ? {} : { notAfter }),
    };
    const key = sha256Hex(secret);
    await this.#bucket.put(key, session);
    this.#known.set(key, session);
    return { secret, session };
  }

  find(secret: string): Session | undefined {
    const session = this.#known.get(sha256Hex(secret));
    return session === undefined || session.expiresAt <= this.#clock.now() ? undefined : session;
  }

  async end(secret: string): Promise<void> {
    const key = sha256Hex(secret);
    this.#known.delete(key);
    await this.#bucket.delete(key);
  }

  /** Ends every session of a user, and the links that would begin one. */
  async endAll(user: string): Promise<void> {
    for (const [key, link] of this.#links) if (link.user === user) this.#links.delete(key);
    for (const [key, session] of this.#known) {
      if (session.user !== user) continue;
      this.#known.delete(key);
      await this.#bucket.delete(key);
    }
  }

  /** Makes a one-time sign-in code. */
  makeLink(subject: LinkSubject): string {
    const code = randomBytes(24).toString("base64url");
    this.#links.set(sha256Hex(code), { ...subject, expiresAt: this.#clock.now() + linkLifetime });
    return code;
  }

  /** Uses a code up; undefined when it was used or is too old. */
  useLink(code: string): LinkSubject | undefined {
    const key = sha256Hex(code);
    const link = this.#links.get(key);
    this.#links.delete(key);
    return link === undefined || link.expiresAt <= this.#clock.now() ? undefined : link;
  }
}
