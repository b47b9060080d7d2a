import { errorMessage } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import { type Delivery, type EventSpine, encodeToken, type KeyValue } from "@catalyst/ports/events";
import type { Projection } from "./projection.ts";
import { restore, type StateChange } from "./state/state.ts";

/** Counts up whenever a reducer gives another result for the same events: then everything is rebuilt. */
const reducerVersion = 1;

/** Most events taken in before they are stored. */
const batchLimit = 256;

export interface ProjectorOptions {
  readonly spine: EventSpine;
  readonly projection: Projection;
  readonly logger: Logger;
}

/** Where a scope's entries are kept. */
export function stateBucket(scope: string): string {
  return `ws-${scope}-state-v${reducerVersion}`;
}

/**
 * Projects one scope: loads what is stored, then follows the log from where that stands. Entries are stored
 * before their events are acknowledged, so dying in between only repeats work. Runs until the signal aborts;
 * `loaded` is called once the stored state is there.
 */
export async function projectScope(
  scope: string,
  options: ProjectorOptions,
  signal: AbortSignal,
  loaded: () => void,
): Promise<void> {
  const bucket = await options.spine.bucket(stateBucket(scope));
  const state = options.projection.scope(scope);
  for await (const entry of bucket.entries()) restore(state, entry.key, entry.value);
  loaded();
  const deliveries = options.spine.consume({
    durable: `projector-v${reducerVersion}-${scope}`,
    filter: `ws.${encodeToken(scope)}.>`,
    window: batchLimit,
    signal,
  });
  const batch = new Batch(bucket);
  for await (const delivery of deliveries) {
    try {
      batch.add(options.projection.apply(scope, delivery.event), delivery);
    } catch (error) {
      options.logger.error("event can't be projected", {
        scope,
        subject: delivery.subject,
        id: delivery.event.id,
        error: errorMessage(error),
      });
      batch.add([], delivery);
    }
    if (batch.length >= batchLimit) await batch.store();
    else
      batch.storeSoon((error) =>
        options.logger.error("projection wasn't stored", { scope, error: errorMessage(error) }),
      );
  }
  await batch.store();
}

/** Changes on their way into the bucket; later changes of an entry replace earlier ones. */
class Batch {
  readonly #bucket: KeyValue;
  #entries = new Map<string, unknown>();
  #last: Delivery | undefined;
  #count = 0;
  #storing: Promise<void> | undefined;

  constructor(bucket: KeyValue) {
    this.#bucket = bucket;
  }

  get length(): number {
    return this.#count;
  }

  add(changes: readonly StateChange[], delivery: Delivery): void {
    for (const change of changes) this.#entries.set(change.key, change.value);
    this.#last = delivery;
    this.#count++;
  }

  /** Stores once the current turn is over; what comes meanwhile goes along. */
  storeSoon(onError: (error: unknown) => void): void {
    this.#storing ??= new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#write())
      .catch(onError)
      .finally(() => {
        this.#storing = undefined;
      });
  }

  async store(): Promise<void> {
    await this.#storing;
    await this.#write();
  }

  async #write(): Promise<void> {
    const [entries, last] = [this.#entries, this.#last];
    if (last === undefined) return;
    this.#entries = new Map();
    this.#last = undefined;
    this.#count = 0;
    if (entries.size > 0) await this.#bucket.putAll([...entries].map(([key, value]) => ({ key, value })));
    await last.ack();
  }
}
