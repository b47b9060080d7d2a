/**
 * Remembers, for each object, from what it was last reconciled and when it's due again, so that an event which
 * changes nothing of that costs nothing.
 */
export class WakeLedger {
  readonly #entries = new Map<string, { readonly token: string; readonly dueAt: number }>();

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Milliseconds until `key` is due; 0 when it's due now, or made from something else than `token`. */
  dueIn(key: string, token: string, now: number): number {
    const entry = this.#entries.get(key);
    return entry === undefined || entry.token !== token ? 0 : Math.max(0, entry.dueAt - now);
  }

  settle(key: string, token: string, dueAt: number): void {
    this.#entries.set(key, { token, dueAt });
  }

  /** Makes `key` due. */
  forget(key: string): void {
    this.#entries.delete(key);
  }
}
