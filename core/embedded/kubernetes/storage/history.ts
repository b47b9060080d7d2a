import type { Change } from "./change.ts";

/** Changes kept for watches that go on where another ended: at most this many … */
const countLimit = 20_000;
/** … of so many characters of JSON in all, since each holds its object … */
const sizeLimit = 32 * 1024 * 1024;
/** … and for this long (milliseconds), as upstream has etcd compacted. */
const ageLimit = 5 * 60_000;

/** The last changes of all clusters, in order. */
export class History {
  /** Changes up to and including this revision are no longer held. */
  compacted: number;
  #changes: Change[] = [];
  /** Where the held part of `#changes` begins. */
  #start = 0;
  /** Characters of the held changes' objects. */
  #size = 0;

  constructor(compacted: number) {
    this.compacted = compacted;
  }

  push(change: Change): void {
    this.#changes.push(change);
    this.#size += change.size;
    this.compact(change.time);
  }

  /** The changes after `revision`; undefined when some of them are no longer held. */
  after(revision: number): readonly Change[] | undefined {
    if (revision < this.compacted) return undefined;
    let low = this.#start;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#changes[middle]!.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return this.#changes.slice(low);
  }

  /** Lets go of what is too old, or too much, at `now`. */
  compact(now: number): void {
    while (this.#start < this.#changes.length) {
      const oldest = this.#changes[this.#start]!;
      const held = this.#changes.length - this.#start;
      const isLast = held === 1;
      const fits = held <= countLimit && (this.#size <= sizeLimit || isLast);
      if (fits && now - oldest.time <= ageLimit) break;
      this.compacted = oldest.revision;
      this.#size -= oldest.size;
      this.#start++;
    }
    if (this.#start < 1024 || this.#start < this.#changes.length / 2) return;
    this.#changes = this.#changes.slice(this.#start);
    this.#start = 0;
  }
}
