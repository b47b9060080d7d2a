import type { Execution } from "../template/index.ts";
import type { Value } from "../template/values.ts";

/** Gives random bytes; seeded, so that the same rendering gives the same secrets. */
export interface RandomSource {
  bytes(count: number): Uint8Array;
}

/** What functions reach besides their arguments. */
export interface FunctionEnvironment {
  readonly random: RandomSource;
  /** Time as the charts see it, in milliseconds. */
  readonly now: () => number;
  /** What `lookup` gives: an object or list as a map, empty when there is none. May throw NeedsLookup. */
  readonly lookup: (apiVersion: string, kind: string, namespace: string, name: string) => Value;
  /** In lint mode `required` and `fail` don't stop. */
  readonly lint: boolean;
  /** How often each template is being included right now. */
  readonly included: Map<string, number>;
}

/** The run a function is called in. */
export type Run = Execution<FunctionEnvironment>;
