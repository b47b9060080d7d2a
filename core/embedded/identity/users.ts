import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { CatalystError } from "@catalyst/base/errors";
import type { KeyValue } from "@catalyst/ports/events";

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
}

const derive = promisify(scrypt) as (password: string, salt: Buffer, length: number) => Promise<Buffer>;

const userPattern = /^[a-z][a-z0-9._-]{0,62}$/;

/** The users of the embedded identity provider. Passwords are kept as salted scrypt hashes only. */
export class Users {
  readonly #bucket: KeyValue;
  readonly #users = new Map<string, StoredUser>();

  private constructor(bucket: KeyValue) {
    this.#bucket = bucket;
  }

  static async open(bucket: KeyValue): Promise<Users> {
    const users = new Users(bucket);
    for await (const { key, value } of bucket.entries()) users.#users.set(key, value as StoredUser);
    return users;
  }

  find(user: string): LocalUser | undefined {
    const stored = this.#users.get(user);
    if (stored === undefined) return undefined;
    const { password: _password, ...shown } = stored;
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
    const kept = this.#users.get(user.user)?.password;
    const hashed = password === undefined ? kept : await hash(password);
    const stored: StoredUser = { ...user, ...(hashed === undefined ? {} : { password: hashed }) };
    await this.#bucket.put(user.user, stored);
    this.#users.set(user.user, stored);
  }

  async remove(user: string): Promise<void> {
    await this.#bucket.delete(user);
    this.#users.delete(user);
  }

  /** Gives the user whose password this is. Takes as long for an unknown user as for a wrong password. */
  async verifyPassword(user: string, password: string): Promise<LocalUser | undefined> {
    const stored = this.#users.get(user)?.password;
    const right = await matches(password, stored ?? nobody);
    return right && stored !== undefined ? this.find(user) : undefined;
  }
}

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
