/** Lets work of the same name go one after another, in the order it was asked for; other names don't wait for it. */
export class Lines {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does the work once all that was asked for before it under this name has ended, however that ended. */
  wait<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const result = before.then(work);
    const ended = result.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(name, ended);
    // the last one out leaves nothing behind
    void ended.then(() => {
      if (this.#last.get(name) === ended) this.#last.delete(name);
    });
    return result;
  }
}
