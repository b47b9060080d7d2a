import type { Call } from "../request/call.ts";

/** Fields of something that was read as its type says. */
export type Fields = Readonly<Record<string, unknown>>;

/** A review as it was sent: a kind that is created to be answered, and never stored. */
export interface Review {
  readonly metadata: Fields;
  readonly spec: Fields;
}

/** How a kind of review is answered. */
export interface Reviewer {
  /** Refuses what can't be answered. Throws StatusError 400, 422. */
  check?(call: Call, review: Review): void;
  /** Gives what the answer says anew: its status, and what else differs from what was sent. */
  answer(call: Call, review: Review): Fields | Promise<Fields>;
}
