/** From so many messages of one kind on, within the interval, they are told by one Event. */
const mostMessages = 10;

const intervalMs = 600_000;

/** Most kinds of events that are remembered. */
const mostKinds = 4096;

interface Similar {
  readonly messages: Set<string>;
  lastAt: number;
}

/**
 * Which events say much the same of an object, as Kubernetes' recorders count them: one that comes up with ever
 * new messages doesn't fill the namespace with Events.
 */
export class SimilarEvents {
  readonly #kinds = new Map<string, Similar>();

  /** Notes an event of that kind, and tells whether it is one too many to get an Event of its own. */
  add(kind: string, message: string, now: number): boolean {
    const known = this.#kinds.get(kind);
    const similar =
      known !== undefined && now - known.lastAt <= intervalMs
        ? known
        : { messages: new Set<string>(), lastAt: now };
    this.#kinds.delete(kind);
    this.#kinds.set(kind, similar);
    if (this.#kinds.size > mostKinds) dropFirst(this.#kinds.keys(), this.#kinds);
    similar.lastAt = now;
    similar.messages.add(message);
    if (similar.messages.size < mostMessages) return false;
    dropFirst(similar.messages.keys(), similar.messages);
    return true;
  }
}

function dropFirst(keys: Iterator<string>, from: { delete(key: string): boolean }): void {
  const { value } = keys.next();
  if (value !== undefined) from.delete(value);
}
