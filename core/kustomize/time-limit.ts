import { CatalystError } from "@catalyst/base/errors";
import type { Pieces } from "@catalyst/base/pieces";
import { processorTime } from "@catalyst/base/processor-time";

/** Milliseconds of a processor that a build may take where nothing else is asked for. */
const defaultMilliseconds = 60_000;

/** When the piece that is under way must have ended: a thread does one piece at a time. */
let deadline = Number.POSITIVE_INFINITY;
let unchecked = 0;

/** Does pieces, which may take so many milliseconds of a processor together. Throws `kustomize-too-large`. */
export function* withinTime<T>(pieces: Pieces<T>, milliseconds = defaultMilliseconds): Pieces<T> {
  for (let left = milliseconds; ; ) {
    if (left <= 0) throw tooLong();
    const began = processorTime();
    deadline = began + left;
    try {
      const { done, value } = pieces.next();
      if (done === true) return value;
    } finally {
      deadline = Number.POSITIVE_INFINITY;
      left -= processorTime() - began;
    }
    yield;
  }
}

/**
 * Counts work, in characters that are gone through, and looks at the time once in a while: for what may take long within
 * a piece. Throws `kustomize-too-large`.
 */
export function spendTime(characters: number): void {
  unchecked += characters;
  if (unchecked < 65_536) return;
  unchecked = 0;
  if (processorTime() >= deadline) throw tooLong();
}

function tooLong(): CatalystError {
  return new CatalystError("kustomize-too-large", "the build takes too much of a processor's time", {
    hint: "Look for selectors, replacements and charts that go through long texts or lists again and again.",
  });
}
