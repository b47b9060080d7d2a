import { takeTurn } from "./turns.ts";

/**
 * Work by name that may take long: each a function of plain data with an answer of plain data, so that it can be
 * done on another thread. Throws what it throws anywhere.
 */
export type Jobs = Readonly<Record<string, (input: never) => unknown>>;

/**
 * The same jobs as whoever needs them calls them: done on this thread or another, the caller can't tell. A job
 * whose `signal` aborts rejects with its reason; what was begun may be finished unheard.
 */
export type Deferred<J extends Jobs> = {
  readonly [K in keyof J]: (
    input: Parameters<J[K]>[0],
    signal?: AbortSignal,
  ) => Promise<Awaited<ReturnType<J[K]>>>;
};

/** Makes callable jobs out of one function that does any of them. */
export function deferred<J extends Jobs>(
  names: Iterable<keyof J & string>,
  run: (name: keyof J & string, input: unknown, signal?: AbortSignal) => Promise<unknown>,
): Deferred<J> {
  const entries = [...names].map((name) => [
    name,
    (input: unknown, signal?: AbortSignal) => run(name, input, signal),
  ]);
  return Object.fromEntries(entries) as Deferred<J>;
}

/** Does jobs on this thread, each in a turn of its own. */
export function inTurns<J extends Jobs>(jobs: J): Deferred<J> {
  return deferred<J>(Object.keys(jobs), async (name, input, signal) => {
    await takeTurn();
    signal?.throwIfAborted();
    return jobs[name]?.(input as never);
  });
}
