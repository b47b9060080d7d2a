/** Does work in rounds, one at a time: whoever asks while one is under way shares the next. */
export class Rounds {
  readonly #round: () => Promise<void>;
  #running: Promise<void> | undefined;
  #again = false;

  constructor(round: () => Promise<void>) {
    this.#round = round;
  }

  /** Resolves when a round that saw what is so now is done. Throws what a round throws. */
  async run(): Promise<void> {
    if (this.#running !== undefined) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#rounds();
    return this.#running;
  }

  /** Resolves when none is under way. Throws what the one under way throws. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #rounds(): Promise<void> {
    try {
      do {
        this.#again = false;
        await this.#round();
      } while (this.#again);
    } finally {
      // Here and no later: who asks in between would be told of a round that is over.
      this.#running = undefined;
    }
  }
}
