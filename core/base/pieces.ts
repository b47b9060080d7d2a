import { takeLongTurn } from "./turns.ts";

/** Long work that can be interrupted: it yields between its pieces, and returns what it made. */
export type Pieces<T> = Generator<void, T, void>;

/** Milliseconds of pieces that are done without asking for a turn: a piece may be much smaller than a turn costs. */
const share = 2;

/** Does all pieces without a pause. Throws what they throw. */
export function allAtOnce<T>(pieces: Pieces<T>): T {
  for (;;) {
    const { done, value } = pieces.next();
    if (done === true) return value;
  }
}

/** Does pieces in turns of the event loop. Throws what they throw. */
export async function inTurns<T>(pieces: Pieces<T>): Promise<T> {
  for (;;) {
    await takeLongTurn();
    const began = performance.now();
    do {
      const { done, value } = pieces.next();
      if (done === true) return value;
    } while (performance.now() - began < share);
  }
}
