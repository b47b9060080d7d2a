import { CatalystError } from "@catalyst/base/errors";
import { processorTime } from "@catalyst/base/processor-time";

/** What one rendering may use; past it, rendering ends with an error. */
export interface Limits {
  /** Characters written by all templates together, includes counted each time. */
  readonly output: number;
  /** Templates and includes inside one another. */
  readonly depth: number;
  /** Loop passes, includes and calls of templates. */
  readonly steps: number;
  /** Of a processor, not of a clock: on a busy machine a rendering waits without being at fault. */
  readonly milliseconds: number;
  /** Bytes, roughly, of the texts, lists and maps that functions make or go through, also of those that are gone. */
  readonly memory: number;
}

export const defaultLimits: Limits = {
  output: 200 * 1024 * 1024,
  depth: 1000,
  steps: 5_000_000,
  milliseconds: 60_000,
  memory: 512 * 1024 * 1024,
};

/** Bytes that an element of a list, or a map's key and value, is counted as. */
export const elementSize = 32;

/** Counts what one rendering uses. Every method throws `chart-limit` when a limit is passed. */
export class Budget {
  readonly limits: Limits;
  readonly #now: () => number;
  readonly #deadline: number;
  #output = 0;
  #steps = 0;
  #memory = 0;
  #unchecked = 0;

  /** `now` gives milliseconds that this thread has had of a processor: rendering is synchronous, and never waits. */
  constructor(limits: Limits, now: () => number = processorTime) {
    this.limits = limits;
    this.#now = now;
    this.#deadline = now() + limits.milliseconds;
  }

  write(length: number): void {
    this.#output += length;
    if (this.#output > this.limits.output) throw tooMuch(`writes more than ${this.limits.output} characters`);
  }

  step(): void {
    this.#steps++;
    if (this.#steps > this.limits.steps) throw tooMuch(`takes more than ${this.limits.steps} steps`);
    this.#work(64);
  }

  enter(depth: number): void {
    if (depth > this.limits.depth) throw tooMuch(`nests templates deeper than ${this.limits.depth}`);
  }

  /** Counts what is made or gone through; before it is made, where it may be much. */
  make(bytes: number): void {
    this.#memory += bytes;
    if (this.#memory > this.limits.memory) {
      throw tooMuch(`makes texts, lists and maps of more than ${this.limits.memory} bytes`);
    }
    this.#work(bytes);
  }

  /** Looks at the time: before what takes long by itself. */
  checkTime(): void {
    this.#unchecked = 0;
    if (this.#now() > this.#deadline) {
      throw tooMuch(`takes more than ${this.limits.milliseconds} ms of a processor`);
    }
  }

  /** Looks at the time once in a while: after about a tenth of a millisecond's work. */
  #work(amount: number): void {
    this.#unchecked += amount;
    if (this.#unchecked > 65_536) this.checkTime();
  }
}

/** The budget of the rendering that is under way: rendering is synchronous, so that a thread has one at most. */
let running: Budget | undefined;

/** Runs a rendering, in which `spend` counts. */
export function withBudget<T>(budget: Budget, run: () => T): T {
  const outer = running;
  running = budget;
  try {
    return run();
  } finally {
    running = outer;
  }
}

/**
 * Counts bytes made or gone through by what prints, copies and compares values, which knows no rendering: values that
 * hold each other many times are small, and what is made of them isn't. Throws `chart-limit`.
 */
export function spend(bytes: number): void {
  running?.make(bytes);
}

/** A text longer than this is no name or line. */
const longText = 65_536;

/** Bytes, roughly, that a letter or line takes where a text is taken apart into them, or put together of them. */
const letterSize = 64;

/**
 * Counts what a function takes that goes through a text letter by letter: many times the text itself, which is gone
 * again at once where the text is short. Throws `chart-limit`.
 */
export function spendLetters(text: string): void {
  if (text.length > longText) spend(text.length * letterSize);
}

/** Counts what a text takes that is taken apart into lines, which are as many as its length at worst. Throws `chart-limit`. */
export function spendLines(text: string): void {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  spend(lines * letterSize);
}

function tooMuch(what: string): CatalystError {
  return new CatalystError("chart-limit", `rendering the chart ${what}`, {
    hint: "Look for a loop or an include that never ends.",
  });
}
