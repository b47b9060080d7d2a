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

  /** Calls `listener` for every change to come; gives the end of it. */
  subscribe(listener: ProjectionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
