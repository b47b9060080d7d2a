import { CatalystError } from "@catalyst/base/errors";

/** What one rendering may use; past it, rendering ends with an error. */
export interface Limits {
  /** Characters written by all templates together, includes counted each time. */
  readonly output: number;
  /** Templates and includes inside one another. */
  readonly depth: number;
  /** Loop passes, includes and calls of templates. */
  readonly steps: number;
  readonly milliseconds: number;
}

export const defaultLimits: Limits = {
  output: 200 * 1024 * 1024,
  depth: 1000,
  steps: 5_000_000,
  milliseconds: 60_000,
};

/** Counts what one rendering uses. Every method throws `chart-limit` when a limit is passed. */
export class Budget {
  readonly limits: Limits;
  readonly #now: () => number;
  readonly #deadline: number;
  #output = 0;
  #steps = 0;

  /** `now` gives milliseconds of a clock that runs, not of the one templates see. */
  constructor(limits: Limits, now: () => number = () => performance.now()) {
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
    if ((this.#steps & 1023) === 0 && this.#now() > this.#deadline) {
      throw tooMuch(`takes longer than ${this.limits.milliseconds} ms`);
    }
  }

  enter(depth: number): void {
    if (depth > this.limits.depth) throw tooMuch(`nests templates deeper than ${this.limits.depth}`);
  }
}

function tooMuch(what: string): CatalystError {
  return new CatalystError("chart-limit", `rendering the chart ${what}`, {
    hint: "Look for a loop or an include that never ends.",
  });
}
