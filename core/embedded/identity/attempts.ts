import type { Clock } from "@catalyst/base/clock";
import { CatalystError } from "@catalyst/base/errors";

/** Wrong passwords of one name before it has to wait. */
const limit = 10;

/** How long they count, from the first of them on, in milliseconds. */
const period = 5 * 60_000;

/** Names remembered at most: a flood of made-up ones drops the oldest, never the memory. */
const namesLimit = 1000;

/** Counts wrong passwords, wherever they are tried; a name that nobody has counts as any other. */
export class Attempts {
  readonly #clock: Clock;
  readonly #wrong = new Map<string, { readonly count: number; readonly since: number }>();
  /** The last attempt of each name under way. */
  readonly #deciding = new Map<string, Promise<unknown>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Tries a password of a name once those tried before are decided: many at once must not all be let through, and
   * right ones not count. Undefined: it was a wrong one. Throws `password-blocked` after too many.
   */
  async decide<T>(name: string, attempt: () => Promise<T | undefined>): Promise<T | undefined> {
    const next = () => this.#counted(name, attempt);
    const mine = (this.#deciding.get(name) ?? Promise.resolve()).then(next, next);
    this.#deciding.set(name, mine);
    try {
      return await mine;
    } finally {
      if (this.#deciding.get(name) === mine) this.#deciding.delete(name);
    }
  }

  /** Forgets the wrong ones. */
  forget(name: string): void {
    this.#wrong.delete(name);
  }

  async #counted<T>(name: string, attempt: () => Promise<T | undefined>): Promise<T | undefined> {
    const now = this.#clock.now();
    const known = this.#wrong.get(name);
    const { count, since } =
      known === undefined || now - known.since >= period ? { count: 0, since: now } : known;
    if (count >= limit)
      throw new CatalystError("password-blocked", "too many wrong passwords", { hint: "Wait five minutes." });
    const result = await attempt();
    if (result === undefined) this.#count(name, { count: count + 1, since });
    else this.forget(name);
    return result;
  }

  #count(name: string, wrong: { readonly count: number; readonly since: number }): void {
    this.#wrong.set(name, wrong);
    const [oldest] = this.#wrong.keys();
    if (this.#wrong.size > namesLimit && oldest !== undefined) this.#wrong.delete(oldest);
  }
}
