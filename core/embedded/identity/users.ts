import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { Clock } from "@catalyst/base/clock";
import { sha256Hex } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import type { KeyValue } from "@catalyst/ports/events";
import { Attempts } from "./attempts.ts";

/** A local user, without its password. */
export interface LocalUser {
  readonly user: string;
  readonly name: string;
  readonly email: string;
  readonly sovereignAdmin: boolean;
}

interface StoredUser extends LocalUser {
  /** `scrypt$<salt>$<hash>`, base64url. */
  readonly password?: string;
  /** A link by which a password may be set once; only its digest is kept. */
  readonly passwordLink?: { readonly digest: string; readonly expiresAt: number };
}

/** How long a link to set a password works, in milliseconds: seven days, once. */
const linkLifetime = 7 * 24 * 3_600_000;

/** Characters of a password at least; longer ones are what makes them strong. */
const shortest = 12;
const longest = 1000;

const derive = promisify(scrypt) as (password: string, salt: Buffer, length: number) => Promise<Buffer>;

const userPattern = /^[a-z][a-z0-9._-]{0,62}$/;

/** The users of the embedded identity provider. Passwords are kept as salted scrypt hashes only. */
export class Users {
  readonly #bucket: KeyValue;
  readonly #clock: Clock;
  readonly #users = new Map<string, StoredUser>();
  readonly #attempts: Attempts;

  private constructor(bucket: KeyValue, clock: Clock) {
    this.#bucket = bucket;
    this.#clock = clock;
    this.#attempts = new Attempts(clock);
  }

  static async open(bucket: KeyValue, clock: Clock): Promise<Users> {
    const users = new Users(bucket, clock);
    for await (const { key, value } of bucket.entries()) users.#users.set(key, value as StoredUser);
    return users;
  }

  find(user: string): LocalUser | undefined {
    const stored = this.#users.get(user);
    if (stored === undefined) return undefined;
    const { password: _password, passwordLink: _link, ...shown } = stored;
    return shown;
  }

  list(): readonly LocalUser[] {
    return [...this.#users.keys()].sort().flatMap((user) => this.find(user) ?? []);
  }

  /** Adds a user, or changes what is known of it. Throws `user-invalid`. */
  async put(user: LocalUser, password?: string): Promise<void> {
    if (!userPattern.test(user.user))
      throw new CatalystError("user-invalid", `"${user.user}" is not a user's name`, {
        place: { field: "user" },
      });
    const { password: kept, passwordLink } = this.#users.get(user.user) ?? {};
    const hashed = password === undefined ? kept : await hash(password);
    await this.#keep({
      ...user,
      ...(hashed === undefined ? {} : { password: hashed }),
      ...(passwordLink === undefined ? {} : { passwordLink }),
    });
  }

  hasPassword(user: string): boolean {
    return this.#users.get(user)?.password !== undefined;
  }

  /** Makes a code by which a user's password may be set, in place of an earlier one. Throws `user-missing`. */
  async makePasswordCode(user: string): Promise<string> {
    const stored = this.#users.get(user);
    if (stored === undefined) throw new CatalystError("user-missing", `there is no user "${user}"`);
    const code = randomBytes(24).toString("base64url");
    const expiresAt = this.#clock.now() + linkLifetime;
    await this.#keep({ ...stored, passwordLink: { digest: sha256Hex(code), expiresAt } });
    return code;
  }

  /** Tells whether a code would set this user's password now. */
  acceptsPasswordCode(user: string, code: string): boolean {
    const link = this.#users.get(user)?.passwordLink;
    const given = Buffer.from(sha256Hex(code));
    const right = timingSafeEqual(given, Buffer.from(link?.digest ?? nobodysDigest));
    return link !== undefined && right && link.expiresAt > this.#clock.now();
  }

  /**
   * Sets a password by a code, which is used up. Throws `password-link-used`, and `password-refused` for a password
   * that is too short or too long; the code is good for another then.
   */
  async setPassword(user: string, code: string, password: string): Promise<void> {
    if (password.length < shortest || password.length > longest) {
      throw new CatalystError("password-refused", `a password has ${shortest} characters or more`, {
        place: { field: "password" },
      });
    }
    const hashed = await hash(password);
    const stored = this.#users.get(user);
    if (stored === undefined || !this.acceptsPasswordCode(user, code))
      throw new CatalystError("password-link-used", "this link was used or is too old");
    const { passwordLink: _used, ...kept } = stored;
    await this.#keep({ ...kept, password: hashed });
    this.#attempts.forget(user);
  }

  async remove(user: string): Promise<void> {
    await this.#bucket.delete(user);
    this.#users.delete(user);
  }

  /** Shown at once, so that no second use of a code comes in between, and taken back when it isn't kept. */
  async #keep(stored: StoredUser): Promise<void> {
    const before = this.#users.get(stored.user);
    this.#users.set(stored.user, stored);
    try {
      await this.#bucket.put(stored.user, stored);
    } catch (error) {
      if (before === undefined) this.#users.delete(stored.user);
      else this.#users.set(stored.user, before);
      throw error;
    }
  }

  /**
   * Gives the user whose password this is. Takes as long for an unknown user as for a wrong password. Throws
   * `password-blocked` after ten wrong ones within five minutes.
   */
  verifyPassword(user: string, password: string): Promise<LocalUser | undefined> {
    return this.#attempts.decide(user, async () => {
      const stored = this.#users.get(user)?.password;
      const right = await matches(password, stored ?? nobody);
      return right && stored !== undefined ? this.find(user) : undefined;
    });
  }
}

/** A digest of no code, to spend the same time on. */
const nobodysDigest = "0".repeat(64);

/** A password nobody has, to spend the same time on. */
const nobody = `scrypt$${"A".repeat(22)}$${"A".repeat(43)}`;

async function hash(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `scrypt$${salt.toString("base64url")}$${(await derive(password, salt, 32)).toString("base64url")}`;
}

async function matches(password: string, stored: string): Promise<boolean> {
  const [, salt = "", expected = ""] = stored.split("$");
  const actual = await derive(password, Buffer.from(salt, "base64url"), 32);
  const wanted = Buffer.from(expected, "base64url");
  return actual.length === wanted.length && timingSafeEqual(actual, wanted);
}
