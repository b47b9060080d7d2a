import type { PostedError } from "@catalyst/base/posted-error";

/** A job as it is given to a thread. One is under way at a time. */
export interface Order {
  readonly name: string;
  readonly input: unknown;
}

/** What became of the order given last. */
export type Answer = { readonly value: unknown } | { readonly error: PostedError };
