import { randomBytes, timingSafeEqual } from "node:crypto";
import { type Clock, rfc3339 } from "@catalyst/base/clock";
import { sha256Hex } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import type { KeyValue } from "@catalyst/ports/events";

/** A personal token as its owner sees it. The secret is shown once, when it is made. */
export interface TokenRecord {
  readonly id: string;
  readonly user: string;
  readonly name: string;
  readonly scope: "read" | "write";
  readonly createdAt: string;
  readonly expiresAt?: string;
}

interface StoredToken extends TokenRecord {
  /** Only the digest is kept. */
  readonly digest: string;
}

/** How long a token is good for; with neither it has no end. */
export interface TokenLimits {
  /** From now, in milliseconds. */
  readonly lifetime?: number | undefined;
  /** The end of what it is made with (milliseconds since the epoch): nothing outlives its maker. */
  readonly notAfter?: number | undefined;
}

/** How every token begins, so that scanners recognise a leaked one. */
const prefix = "catalyst_";

const tokenPattern = /^catalyst_([0-9a-f]{12})_([A-Za-z0-9_-]{32})$/;

/** Tells whether a text looks like a personal token, valid or not. */
export function isTokenLike(text: string): boolean {
  return tokenPattern.test(text);
}

/** Personal tokens for machines: `catalyst_<id>_<secret>`. */
export class Tokens {
  readonly #bucket: KeyValue;
  readonly #clock: Clock;
  readonly #byId = new Map<string, StoredToken>();

  private constructor(bucket: KeyValue, clock: Clock) {
    this.#bucket = bucket;
    this.#clock = clock;
  }

  static async open(bucket: KeyValue, clock: Clock): Promise<Tokens> {
    const tokens = new Tokens(bucket, clock);
    for await (const entry of bucket.entries()) tokens.#byId.set(entry.key, entry.value as StoredToken);
    return tokens;
  }

  /**
   * Makes a token; the only moment its secret is known. Without a lifetime it ends with its maker. Throws
   * `token-lifetime-refused` for one that would end later.
   */
  async create(
    user: string,
    name: string,
    scope: "read" | "write",
    limits: TokenLimits = {},
  ): Promise<{ readonly record: TokenRecord; readonly token: string }> {
    const id = randomBytes(6).toString("hex");
    const secret = randomBytes(24).toString("base64url");
    const now = this.#clock.now();
    const expiresAt = endOf(now, limits);
    const record: TokenRecord = {
      id,
      user,
      name,
      scope,
      createdAt: rfc3339(now),
      ...(expiresAt === undefined ? {} : { expiresAt: rfc3339(expiresAt) }),
    };
    const stored: StoredToken = { ...record, digest: sha256Hex(secret) };
    await this.#bucket.put(id, stored);
    this.#byId.set(id, stored);
    return { record, token: `${prefix}${id}_${secret}` };
  }

  list(user: string): readonly TokenRecord[] {
    return [...this.#byId.values()]
      .filter((token) => token.user === user)
      .map(({ digest: _digest, ...record }) => record);
  }

  /** Ends a token of this user. Throws `token-missing`. */
  async revoke(user: string, id: string): Promise<void> {
    if (this.#byId.get(id)?.user !== user)
      throw new CatalystError("token-missing", `you have no token "${id}"`);
    this.#byId.delete(id);
    await this.#bucket.delete(id);
  }

  /** Gives the token's record; undefined for anything that isn't a valid token. */
  verify(token: string): TokenRecord | undefined {
    const [, id, secret] = tokenPattern.exec(token) ?? [];
    const stored = id === undefined ? undefined : this.#byId.get(id);
    if (stored === undefined || secret === undefined) return undefined;
    if (!timingSafeEqual(Buffer.from(sha256Hex(secret)), Buffer.from(stored.digest))) return undefined;
    if (stored.expiresAt !== undefined && Date.parse(stored.expiresAt) <= this.#clock.now()) return undefined;
    const { digest: _digest, ...record } = stored;
    return record;
  }
}

function endOf(now: number, { lifetime, notAfter }: TokenLimits): number | undefined {
  const end = lifetime === undefined ? notAfter : now + lifetime;
  if (end === undefined || notAfter === undefined || end <= notAfter) return end;
  throw new CatalystError(
    "token-lifetime-refused",
    `a token can't outlive what it is made with, which ends at ${rfc3339(notAfter)}`,
    { place: { field: "days" }, hint: "Leave days out: the token then ends at that moment." },
  );
}
