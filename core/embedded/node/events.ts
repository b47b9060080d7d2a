import type { Clock } from "@catalyst/base/clock";
import { describeError } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import type { ClusterClient, Pod } from "@catalyst/ports/kubernetes";
import { type EventNote, recordEvent } from "@catalyst/reconciler";

/** Notes that wait to be written; beyond that new ones are dropped, as the kubelet's recorder does. */
const limit = 10_000;
/** Notes that are written at once. */
const writers = 8;

/** Writes what happened to Pods as events, beside what happens: nobody waits for them. */
export class PodEvents {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #waiting: (() => Promise<void>)[] = [];
  #writing = 0;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  record(client: ClusterClient, pod: Pod, note: EventNote): void {
    if (this.#waiting.length >= limit) return;
    this.#waiting.push(() => recordEvent(client, this.#clock, "kubelet", pod, note));
    if (this.#writing < writers) void this.#write();
  }

  async #write(): Promise<void> {
    this.#writing++;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      await next().catch((error: unknown) =>
        this.#logger.debug("an event of a Pod isn't written", { error: describeError(error) }),
      );
    }
    this.#writing--;
  }
}
