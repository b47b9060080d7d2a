import { applicationsNamespace } from "@catalyst/model/naming";
import type { ActivityView } from "@catalyst/model/view";
import { environments, managementCluster } from "@catalyst/ports/kubernetes";
import {
  applicationsIn,
  applicationView,
  environmentView,
  objectOf,
  organizationView,
  type Projection,
  type StateChange,
} from "@catalyst/projector";

/** One message of the stream. `view` undefined: the thing is gone. */
export interface StreamMessage {
  readonly kind: "application" | "environment" | "organization" | "blueprint" | "event" | "activity";
  readonly organization?: string | undefined;
  readonly environment?: string | undefined;
  readonly name: string;
  readonly view?: unknown;
}

/** Messages kept for readers who come back with Last-Event-ID. */
const backlog = 5000;

/** Unsent messages of one reader at most; past them it is told to read everything anew. */
const readerLimit = 1000;

export interface StreamEvent {
  readonly id: string;
  readonly message: StreamMessage | { readonly kind: "snapshot-needed" };
}

/**
 * Tells readers of changed views as they change. Whoever was away shorter than the backlog gets what it
 * missed; who was away longer, or is too slow, is told to read everything anew.
 */
export class Stream {
  readonly #projection: Projection;
  readonly #kept: { readonly sequence: number; readonly message: StreamMessage }[] = [];
  readonly #readers = new Set<(sequence: number, message: StreamMessage) => void>();
  /** Tells this run's ids from those of an earlier one. */
  readonly #epoch: string;
  #sequence = 0;

  constructor(projection: Projection, epoch: string) {
    this.#projection = projection;
    this.#epoch = epoch;
    projection.subscribe((scope, changes) => this.#take(scope, changes));
  }

  /**
   * Follows the stream. `maySee` is asked for every message, so that a role that was taken away ends what is
   * shown at once. Ends when the signal aborts.
   */
  async *follow(options: {
    readonly lastId?: string | undefined;
    maySee(message: StreamMessage): boolean;
    readonly signal: AbortSignal;
  }): AsyncGenerator<StreamEvent> {
    const queue: { readonly sequence: number; readonly message: StreamMessage }[] = [];
    let overflow = !this.#replay(options.lastId, queue);
    let wake: () => void = () => undefined;
    const reader = (sequence: number, message: StreamMessage) => {
      if (queue.length >= readerLimit) {
        queue.length = 0;
        overflow = true;
      } else queue.push({ sequence, message });
      wake();
    };
    this.#readers.add(reader);
    options.signal.addEventListener("abort", () => wake(), { once: true });
    try {
      while (!options.signal.aborted) {
        if (overflow) {
          overflow = false;
          yield { id: this.#id(this.#sequence), message: { kind: "snapshot-needed" } };
        }
        const next = queue.shift();
        if (next === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        } else if (options.maySee(next.message)) yield { id: this.#id(next.sequence), message: next.message };
      }
    } finally {
      this.#readers.delete(reader);
    }
  }

  #id(sequence: number): string {
    return `${this.#epoch}-${sequence}`;
  }

  /** Puts what was missed into the queue; false when it is no longer kept. */
  #replay(lastId: string | undefined, queue: { sequence: number; message: StreamMessage }[]): boolean {
    if (lastId === undefined) return true;
    const dash = lastId.lastIndexOf("-");
    const last = Number(lastId.slice(dash + 1));
    if (lastId.slice(0, dash) !== this.#epoch || !Number.isInteger(last)) return false;
    const oldest = this.#kept[0]?.sequence ?? this.#sequence + 1;
    if (last + 1 < oldest && last < this.#sequence) return false;
    for (const kept of this.#kept) if (kept.sequence > last) queue.push(kept);
    return true;
  }

  #take(scope: string, changes: readonly StateChange[]): void {
    const seen = new Set<string>();
    for (const change of changes) {
      for (const message of this.#messages(scope, change)) {
        const key = `${message.kind}/${message.name}`;
        if (!seen.has(key)) this.#send(message);
        seen.add(key);
      }
    }
  }

  #send(message: StreamMessage): void {
    const sequence = ++this.#sequence;
    this.#kept.push({ sequence, message });
    if (this.#kept.length > backlog) this.#kept.splice(0, this.#kept.length - backlog);
    for (const reader of this.#readers) reader(sequence, message);
  }

  /** The views that an entry's change changes. */
  *#messages(scope: string, change: StateChange): Generator<StreamMessage> {
    const [section, group, kind, namespace = "", name = ""] = change.key.split("/");
    if (scope === managementCluster) {
      if (section === "activity") {
        const { organization } = change.value as ActivityView;
        if (organization !== undefined) yield { kind: "activity", organization, name: group ?? "" };
      }
      if (section !== "object" || group !== "catalyst.openova.io") return;
      if (kind === "Organization")
        yield {
          kind: "organization",
          organization: name,
          name,
          view: organizationView(this.#projection.sovereign, name),
        };
      if (kind === "Environment") yield this.#environment(namespace, name);
      if (kind === "Blueprint") yield { kind: "blueprint", name };
      return;
    }
    const organization = scope.slice(0, scope.lastIndexOf("-"));
    const place = { organization, environment: scope };
    const state = this.#projection.scope(scope);
    if (section === "commit") {
      const { paths } = change.value as { readonly paths: readonly string[] };
      const touched = applicationsIn(paths);
      for (const name of touched)
        yield { kind: "application", ...place, name, view: applicationView(state, scope, name) };
      if (touched.size > 0) yield this.#environment(organization, scope);
      yield { kind: "activity", ...place, name: group ?? "" };
    } else if (section === "activity") yield { kind: "activity", ...place, name: group ?? "" };
    else if (kind === "Application" && namespace === applicationsNamespace) {
      yield { kind: "application", ...place, name, view: applicationView(state, scope, name) };
      yield this.#environment(organization, scope);
    } else if (kind === "Event") yield { kind: "event", ...place, name: namespace };
  }

  #environment(organization: string, name: string): StreamMessage {
    const environment = objectOf(this.#projection.sovereign, environments, organization, name);
    const view =
      environment === undefined ? undefined : environmentView(this.#projection.scope(name), environment);
    return {
      kind: "environment",
      organization,
      environment: name,
      name,
      ...(view === undefined ? {} : { view }),
    };
  }
}

/** Prints one event of a server-sent stream. */
export function printEvent(event: StreamEvent): string {
  return `id: ${event.id}\nevent: ${event.message.kind}\ndata: ${JSON.stringify(event.message)}\n\n`;
}
