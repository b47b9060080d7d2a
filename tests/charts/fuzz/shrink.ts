/**
 * Finds something smaller that still differs: goes on from one that does to the first that is smaller than it and does
 * too. Asks `differs` at most `most` times.
 */
export async function shrink<T>(
  one: T,
  smallerThan: (one: T) => Iterable<T>,
  differs: (one: T) => Promise<boolean>,
  most: number,
): Promise<T> {
  let smallest = one;
  for (let asked = 0, found = true; found; ) {
    found = false;
    for (const candidate of smallerThan(smallest)) {
      if (asked++ > most) return smallest;
      if (!(await differs(candidate))) continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return smallest;
}
