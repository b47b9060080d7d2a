import type { Clock } from "@catalyst/base/clock";
import type { CatalystEvent } from "@catalyst/ports/events";
import { managementCluster } from "@catalyst/ports/kubernetes";
import { emptyState, reduce, type ScopeState, type StateChange } from "./state/state.ts";

/** Told of entries of one scope that changed, after they did. */
export type ProjectionListener = (scope: string, changes: readonly StateChange[]) => void;

/**
 * The one picture every reader sees: a state per scope, the Sovereign's own (`management`) and one per
 * Environment. Changed by the projector alone.
 */
export class Projection {
  readonly #scopes = new Map<string, ScopeState>();
  readonly #listeners = new Set<ProjectionListener>();

  /** The state of a scope; empty when nothing is known of it. */
  scope(name: string): ScopeState {
    const known = this.#scopes.get(name);
    if (known !== undefined) return known;
    const state = emptyState();
    this.#scopes.set(name, state);
    return state;
  }

  get sovereign(): ScopeState {
    return this.scope(managementCluster);
  }

  scopes(): readonly string[] {
    return [...this.#scopes.keys()];
  }

  /** Takes one event in; gives the entries that changed. */
  apply(scope: string, event: CatalystEvent): readonly StateChange[] {
    const changes = reduce(this.scope(scope), event);
    if (changes.length > 0) for (const listener of this.#listeners) listener(scope, changes);
    return changes;
  }

  drop(scope: string): void {
    this.#scopes.delete(scope);
  }

  /**
   * Waits until a scope is as asked, `patience` milliseconds at most; gives whether it is. Reads come from the
   * projection alone, so whoever must be able to read what was just written waits for it here.
   */
  async until(
    scope: string,
    isSo: (state: ScopeState) => boolean,
    { clock, patience }: { readonly clock: Clock; readonly patience: number },
  ): Promise<boolean> {
    const over = new AbortController();
    let stop: (() => void) | undefined;
    const seen = new Promise<void>((resolve) => {
      const look = () => {
        if (isSo(this.scope(scope))) resolve();
      };
      stop = this.subscribe((changed) => {
        if (changed === scope) look();
      });
      look();
    });
    await Promise.race([seen, clock.sleep(patience, over.signal).catch(() => undefined)]);
    stop?.();
    over.abort();
    return isSo(this.scope(scope));
  }

  /** Calls `listener` for every change to come; gives the end of it. */
  subscribe(listener: ProjectionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
