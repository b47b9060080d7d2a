import type { CatalystEvent } from "./event.ts";

/** Where an event stands in the log; grows, without promise of being dense. */
export type Sequence = number;

export interface PublishOptions {
  /** Publishing the same id again within the log's retention answers the first sequence. Default: the event's id. */
  readonly dedupId?: string | undefined;
  /** Fails with `events-conflict` unless the subject's last sequence is this (0: none yet). */
  readonly expectedLast?: Sequence | undefined;
}

export interface Delivery<D = unknown> {
  readonly sequence: Sequence;
  readonly subject: string;
  readonly event: CatalystEvent<D>;
  /** How often it was delivered before, as far as is known: an embedded server forgets it at a restart. */
  readonly redeliveries: number;
  /** Marks it and all before it as done; durable once resolved. */
  ack(): Promise<void>;
}

export interface ConsumeOptions {
  /** Keeps its position under this name over restarts. */
  readonly durable: string;
  /** `ws.acme-prod.>`. */
  readonly filter: string;
  /** Where a consumer that has no position yet begins. Default: the oldest kept. */
  readonly from?: Sequence | undefined;
  /** Unacknowledged deliveries at most; default 256. */
  readonly window?: number | undefined;
  readonly signal: AbortSignal;
}

export interface KeyValueEntry {
  readonly key: string;
  readonly value: unknown;
  readonly revision: number;
}

/** A bucket of values with revisions. */
export interface KeyValue {
  get(key: string): Promise<KeyValueEntry | undefined>;
  /** `expected`: only when the key is at this revision (0: absent), else `events-conflict`. */
  put(key: string, value: unknown, expected?: number): Promise<number>;
  /** Many at once, all or none; they get one revision. */
  putAll(entries: readonly { readonly key: string; readonly value: unknown }[]): Promise<void>;
  delete(key: string): Promise<void>;
  /** By key, in code-point order; not one moment's picture: what changes meanwhile may be seen or not. */
  entries(prefix?: string): AsyncIterable<KeyValueEntry>;
}

/**
 * The event spine: an append-only log with durable consumers and key-value buckets (NATS JetStream's model).
 * Publishing resolves when the event is durable. Deliveries are ordered by sequence per consumer, at least
 * once. Errors: `events-conflict`, `events-damaged`, `events-unavailable`, `events-full`,
 * `events-too-large` (an event above 1 MiB).
 */
export interface EventSpine {
  publish(subject: string, event: CatalystEvent, options?: PublishOptions): Promise<Sequence>;
  /** All or none, with one fsync. */
  publishAll(
    events: readonly { readonly subject: string; readonly event: CatalystEvent }[],
  ): Promise<readonly Sequence[]>;
  /**
   * Ends when the signal aborts. Two runs under one durable name share it; only one receives at a time. What
   * wasn't acknowledged is delivered again when consuming starts anew.
   */
  consume(options: ConsumeOptions): AsyncIterable<Delivery>;
  /** Reads the log once, up to its end now, without a position. */
  replay(
    filter: string,
    range?: { readonly from?: Sequence; readonly to?: Sequence },
  ): AsyncIterable<Omit<Delivery, "ack">>;
  bucket(name: string): Promise<KeyValue>;
  /** Drops a bucket with all it holds; idempotent. */
  removeBucket(name: string): Promise<void>;
  /** Forgets a durable consumer's position; idempotent. */
  removeConsumer(durable: string): Promise<void>;
  /** Drops every event whose subject matches (a removed Environment). */
  purge(filter: string): Promise<void>;
  last(): Promise<Sequence>;
}
