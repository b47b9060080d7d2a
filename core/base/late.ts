/**
 * Gives a function that makes its value with the first call and gives the same one ever after: what is large, and not
 * needed by a start, is loaded by whoever needs it first. A failure isn't kept.
 */
export function late<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
