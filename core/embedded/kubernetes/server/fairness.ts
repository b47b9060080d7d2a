import { takeTurn } from "@catalyst/base/turns";
import { mastersGroup, type User } from "../access/user.ts";
import { StatusError } from "../machinery/index.ts";

/** Requests of one user in one cluster that may be under way at once; upstream's default for writes. */
const limit = 200;

/**
 * Keeps one user from taking all of the server, and requests in process from taking the whole event loop.
 * Members of system:masters are exempt from the limit, as upstream's.
 */
export class Fairness {
  readonly #underWay = new Map<string, number>();

  /** Does the user's work, or refuses it while too much of theirs is under way. Throws StatusError 429. */
  async run<T>(cluster: string, user: User, work: () => Promise<T>): Promise<T> {
    if (user.groups.includes(mastersGroup)) return this.#inTurn(work);
    const key = `${cluster}\n${user.name}`;
    const count = this.#underWay.get(key) ?? 0;
    if (count >= limit) {
      const message = "The server has received too many requests and has asked us to try again later";
      throw new StatusError(429, "TooManyRequests", message, { retryAfterSeconds: 1 });
    }
    this.#underWay.set(key, count + 1);
    try {
      return await this.#inTurn(work);
    } finally {
      const left = this.#underWay.get(key)! - 1;
      if (left === 0) this.#underWay.delete(key);
      else this.#underWay.set(key, left);
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    await takeTurn();
    return work();
  }
}
