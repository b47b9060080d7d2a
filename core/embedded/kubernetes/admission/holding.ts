/**
 * Does a write, from its admission until it is stored: what admitters put in `held` is let go of when it has ended,
 * stored or not.
 */
export async function holding<T>(write: (held: DisposableStack) => Promise<T>): Promise<T> {
  const held = new DisposableStack();
  try {
    return await write(held);
  } finally {
    held.dispose();
  }
}
