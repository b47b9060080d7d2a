interface Interval {
  readonly first: number;
  readonly last: number;
}

/** Indexes that can't be read; the message says why, in upstream's words. */
export class IndexFault extends Error {}

function index(text: string, completions: number): number {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new IndexFault(`cannot convert string to integer for index: ${JSON.stringify(text)}`);
  }
  const value = Number(text);
  if (value >= completions) throw new IndexFault(`too large index: ${JSON.stringify(text)}`);
  return value;
}

function intervalOf(text: string, completions: number): Interval {
  const [from = "", to, ...more] = text.split("-");
  if (more.length > 0) {
    const rule = "an index interval can have at most two parts separated by '-'";
    throw new IndexFault(`the fragment ${JSON.stringify(text)} violates the requirement that ${rule}`);
  }
  const first = index(from, completions);
  if (to === undefined) return { first, last: first };
  const last = index(to, completions);
  if (first >= last) throw new IndexFault(`non-increasing order, previous: ${first}, current: ${last}`);
  return { first, last };
}

/** Counts the indexes of a list such as `0,2-4`, all below `completions`. Throws IndexFault. */
export function countIndexes(list: string, completions: number): number {
  if (list === "") return 0;
  let previous: number | undefined;
  let total = 0;
  for (const text of list.split(",")) {
    const { first, last } = intervalOf(text, completions);
    if (previous !== undefined && previous >= first) {
      throw new IndexFault(`non-increasing order, previous: ${previous}, current: ${first}`);
    }
    total += last - first + 1;
    previous = last;
  }
  return total;
}

/** The first index that both lists have; intervals that can't be read are passed over. */
export function overlap(one: string, other: string, completions: number): number | undefined {
  const readable = (list: string) =>
    list.split(",").flatMap((text) => {
      try {
        return [intervalOf(text, completions)];
      } catch (error) {
        if (error instanceof IndexFault) return [];
        throw error;
      }
    });
  if (one === "" || other === "") return undefined;
  const others = readable(other);
  for (const interval of readable(one)) {
    const common = others.find(({ first, last }) => interval.first <= last && first <= interval.last);
    if (common !== undefined) return Math.max(interval.first, common.first);
  }
  return undefined;
}
