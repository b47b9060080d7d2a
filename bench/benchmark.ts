import { CatalystError } from "@catalyst/base/errors";

/** One quantity a benchmark measures. */
export interface Metric {
  readonly unit: "ms" | "s" | "MiB" | "per s" | "%" | "count";
  /** Which direction is good; decides how the ratio reads. */
  readonly better: "less" | "more";
}

/** What one round measured, by metric. A side that doesn't have a metric leaves it out. */
export type Sample = Readonly<Record<string, number>>;

/** One contestant: ours or the peer, made ready once and then measured round by round. */
export interface Side {
  round(): Promise<Sample>;
  close?(): Promise<void>;
}

/** Work that is measured, with the number performance goals go by. */
export interface Benchmark {
  readonly id: string;
  readonly title: string;
  readonly metrics: Readonly<Record<string, Metric>>;
  /** What the peer is, for the table. */
  readonly peerName?: string;
  /** How many rounds at most; for work too long to repeat. */
  readonly rounds?: number;
  ours(): Promise<Side>;
  /** Throws `bench-peer-missing` or `lab-missing` where this machine can't have it. */
  peer?(): Promise<Side>;
}

/** Says that a peer can't be had here; the table then tells it as skipped. */
export function peerMissing(name: string, hint: string): CatalystError {
  return new CatalystError("bench-peer-missing", `${name} isn't here`, { hint });
}

/** What the rounds of one metric came to. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly rounds: number;
}

/** Sums up the rounds; undefined when no round measured it. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return undefined;
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? max;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
  return { min, median, max, rounds: sorted.length };
}
