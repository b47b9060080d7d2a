import type { Entry } from "./entry.ts";

/** Changes that are remembered however short the list is. */
const leastRemembered = 1000;

/** Entries in the order of their keys, brought up to date when they are asked for: sorting all anew is slow. */
export class SortedList {
  #list: readonly Entry[];
  /** What changed since the list was made; undefined: removed. */
  #changed = new Map<string, Entry | undefined>();

  constructor(entries: Iterable<Entry>) {
    this.#list = [...entries].sort(byKey);
  }

  change(key: string, entry: Entry | undefined): void {
    this.#changed.set(key, entry);
  }

  /** Whether so much changed since anybody asked that sorting anew costs less than remembering it. */
  get isOutdated(): boolean {
    return this.#changed.size > Math.max(leastRemembered, this.#list.length);
  }

  /** The entries as they are now. The same array until one changes; a later change makes another. */
  list(): readonly Entry[] {
    if (this.#changed.size > 0) {
      this.#list = merged(this.#list, this.#changed);
      this.#changed = new Map();
    }
    return this.#list;
  }
}

function merged(list: readonly Entry[], changed: ReadonlyMap<string, Entry | undefined>): readonly Entry[] {
  const added = [...changed.values()].filter((entry) => entry !== undefined).sort(byKey);
  const result: Entry[] = [];
  let next = 0;
  for (const entry of list) {
    while (next < added.length && added[next]!.key < entry.key) result.push(added[next++]!);
    if (!changed.has(entry.key)) result.push(entry);
  }
  while (next < added.length) result.push(added[next++]!);
  return result;
}

function byKey(a: Entry, b: Entry): number {
  return a.key < b.key ? -1 : 1;
}
