import type { Clock } from "@catalyst/base/clock";
import type { Store } from "@catalyst/embedded-store";
import type { Delivery, EventSpine, Sequence } from "@catalyst/ports/events";
import { Consumer } from "./consumer.ts";
import { onStore } from "./failures.ts";
import { Revisions, StoredBucket } from "./key-value.ts";
import { EventLog, type Retention } from "./log.ts";
import { eventsArea } from "./schema.ts";

export interface EventSpineOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Default: a million events, 90 days. Consumers that fall further behind miss what was dropped. */
  readonly retention?: Partial<Retention>;
}

const defaultRetention: Retention = { events: 1_000_000, milliseconds: 90 * 24 * 3_600_000 };

/**
 * Opens the event spine on the data folder's store: an append-only log with durable consumers, and key-value
 * buckets. What was altered on disk is found when it is read, the newest events at the opening.
 *
 * Throws `events-damaged`.
 */
export async function openEventSpine(options: EventSpineOptions): Promise<EventSpine> {
  const { store, clock } = options;
  await onStore(store.define(eventsArea));
  const log = await EventLog.open(store, clock, { ...defaultRetention, ...options.retention });
  const revisions = await Revisions.open(store);
  const consumers = new Map<string, Consumer>();
  return {
    publish: async (subject, event, publishing = {}) =>
      (await log.append([{ subject, event, ...publishing }]))[0] ?? 0,
    publishAll: (events) => log.append(events),
    consume: (consuming) => {
      const consumer = consumers.get(consuming.durable) ?? new Consumer(store, log, consuming.durable);
      consumers.set(consuming.durable, consumer);
      return consumer.consume(consuming);
    },
    replay: (filter, range) => replay(log, filter, range),
    bucket: async (name) => new StoredBucket(store, revisions, name),
    removeBucket: (name) => new StoredBucket(store, revisions, name).clear(),
    removeConsumer: async (name) => {
      consumers.delete(name);
      await onStore(store.write([{ sql: "DELETE FROM events_consumers WHERE name = ?", params: [name] }]));
    },
    purge: (filter) => log.purge(filter),
    last: async () => log.last,
  };
}

async function* replay(
  log: EventLog,
  filter: string,
  { from = 1, to = log.last }: { readonly from?: Sequence; readonly to?: Sequence } = {},
): AsyncGenerator<Omit<Delivery, "ack">> {
  for (let cursor = from - 1; cursor < Math.min(to, log.last); ) {
    const { events, through } = await log.after(cursor, filter);
    for (const event of events) {
      if (event.sequence > to) return;
      yield { ...event, redeliveries: 0 };
    }
    cursor = Math.max(cursor + 1, through);
  }
}
