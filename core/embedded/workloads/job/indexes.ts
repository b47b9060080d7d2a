interface Interval {
  readonly first: number;
  readonly last: number;
}

/** A set of completion indexes, kept as intervals: a status holds a hundred thousand of them as `0-99999`. */
export class Indexes {
  readonly #intervals: readonly Interval[];

  private constructor(intervals: readonly Interval[]) {
    this.#intervals = intervals;
  }

  static of(indexes: Iterable<number>): Indexes {
    return Indexes.#joined([...indexes].map((index) => ({ first: index, last: index })));
  }

  /** Reads `0,2-5`, what is not below `completions` left out; what isn't of that form is passed over. */
  static parse(text: string, completions: number): Indexes {
    const intervals = text.split(",").flatMap((part) => {
      const match = /^(\d+)(?:-(\d+))?$/.exec(part);
      if (match === null) return [];
      const first = Number(match[1]);
      const last = Math.min(Number(match[2] ?? first), completions - 1);
      return first > last ? [] : [{ first, last }];
    });
    return Indexes.#joined(intervals);
  }

  get size(): number {
    return this.#intervals.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  }

  has(index: number): boolean {
    return this.#intervals.some(({ first, last }) => first <= index && index <= last);
  }

  with(other: Indexes): Indexes {
    return Indexes.#joined([...this.#intervals, ...other.#intervals]);
  }

  /** How many indexes both have. */
  common(other: Indexes): number {
    let count = 0;
    for (const a of this.#intervals) {
      for (const b of other.#intervals)
        count += Math.max(0, Math.min(a.last, b.last) - Math.max(a.first, b.first) + 1);
    }
    return count;
  }

  /** The first `count` indexes below `completions` that are not in the set. */
  firstMissing(count: number, completions: number): readonly number[] {
    const found: number[] = [];
    let candidate = 0;
    for (const { first, last } of [...this.#intervals, { first: completions, last: completions }]) {
      for (; candidate < Math.min(first, completions) && found.length < count; candidate++)
        found.push(candidate);
      candidate = Math.max(candidate, last + 1);
    }
    return found;
  }

  /** As a status says it: `0,1,3-5`. */
  toString(): string {
    return this.#intervals
      .map(({ first, last }) =>
        first === last ? `${first}` : `${first}${last === first + 1 ? "," : "-"}${last}`,
      )
      .join(",");
  }

  static #joined(intervals: readonly Interval[]): Indexes {
    const result: { first: number; last: number }[] = [];
    for (const { first, last } of [...intervals].sort((a, b) => a.first - b.first)) {
      const before = result.at(-1);
      if (before !== undefined && first <= before.last + 1) before.last = Math.max(before.last, last);
      else result.push({ first, last });
    }
    return new Indexes(result);
  }
}

export const noIndexes = Indexes.of([]);
