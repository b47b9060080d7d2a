/** Fields of something that was read as its type says. */
export type Fields = Readonly<Record<string, unknown>>;

/** A review as it was sent: a kind that is created to be answered, and never stored. */
export interface Review {
  readonly metadata: Fields;
  readonly spec: Fields;
}
