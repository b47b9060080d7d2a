/**
 * Remembers, for each object, from what it was last reconciled and when it's due again, so that an event which
 * changes nothing of that costs nothing.
 */
export class WakeLedger {
  readonly #entries = new Map<string, { readonly token: string; readonly dueAt: number }>();
  /** How often each object was asked for: a request during a reconcile mustn't be taken for handled by it. */
  readonly #demands = new Map<string, number>();

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Milliseconds until `key` is due; 0 when it's due now, or made from something else than `token`. */
  dueIn(key: string, token: string, now: number): number {
    const entry = this.#entries.get(key);
    return entry === undefined || entry.token !== token ? 0 : Math.max(0, entry.dueAt - now);
  }

  /** Marks the beginning of a reconcile; what it gives goes to `settle`. */
  begin(key: string): number {
    return this.#demands.get(key) ?? 0;
  }

  /** Says when `key` is due again, unless it was asked for since the reconcile began. */
  settle(key: string, token: string, dueAt: number, begun: number): void {
    if (this.begin(key) === begun) this.#entries.set(key, { token, dueAt });
  }

  /** Makes `key` due now. */
  demand(key: string): void {
    this.#entries.delete(key);
    this.#demands.set(key, this.begin(key) + 1);
  }

  /** Drops what is known of an object that is gone or rests. */
  forget(key: string): void {
    this.#entries.delete(key);
    this.#demands.delete(key);
  }
}
