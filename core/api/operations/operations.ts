import { randomUUID } from "node:crypto";
import { type Clock, rfc3339 } from "@catalyst/base/clock";
import type { Operation } from "@catalyst/model/operation";
import type { KeyValue } from "@catalyst/ports/events";
import { applicationView, type Projection, type ScopeState } from "@catalyst/projector";

/** What is kept of an operation; where it stands follows from the projection. */
export type OperationRecord = Omit<Operation, "status" | "message" | "problem" | "finishedAt">;

/** Most operations kept; older ones are forgotten. */
const limit = 10_000;

/** Changes under way, each named by an id that survives a restart. */
export class Operations {
  readonly #bucket: KeyValue;
  readonly #clock: Clock;
  readonly #records = new Map<string, OperationRecord>();

  private constructor(bucket: KeyValue, clock: Clock) {
    this.#bucket = bucket;
    this.#clock = clock;
  }

  static async open(bucket: KeyValue, clock: Clock): Promise<Operations> {
    const operations = new Operations(bucket, clock);
    for await (const { key, value } of bucket.entries())
      operations.#records.set(key, value as OperationRecord);
    return operations;
  }

  async begin(fields: Omit<OperationRecord, "id" | "startedAt">): Promise<OperationRecord> {
    const record: OperationRecord = { id: randomUUID(), startedAt: rfc3339(this.#clock.now()), ...fields };
    await this.#bucket.put(record.id, record);
    this.#records.set(record.id, record);
    const [oldest] = this.#records.keys();
    if (this.#records.size > limit && oldest !== undefined) {
      this.#records.delete(oldest);
      await this.#bucket.delete(oldest);
    }
    return record;
  }

  find(id: string): OperationRecord | undefined {
    return this.#records.get(id);
  }
}

/** Says where an operation stands, from what everyone sees. */
export function operationView(record: OperationRecord, projection: Projection): Operation {
  const { environment, application } = record;
  if (environment === undefined || application === undefined) return succeeded(record, "The commit is made.");
  const state = projection.scope(environment);
  const view = applicationView(state, environment, application);
  if (record.kind === "remove")
    return view === undefined && isProjected(state, record)
      ? succeeded(record, `${application} is gone.`)
      : running(record, view?.why?.sentence ?? `${application} is being removed.`);
  if (view === undefined) return running(record, "The commit is made; Flux is about to apply it.");
  if (!isProjected(state, record)) return running(record, "The commit is on its way.");
  if (view.phase === "Failed")
    return { ...record, status: "failed", message: view.why?.sentence ?? "It failed." };
  const done = view.phase === "Running" || view.phase === "Paused";
  return done && appliedAt(view)
    ? succeeded(record, `${application} is ${view.phase}.`)
    : running(record, view.why?.sentence ?? `${application} is ${view.phase}.`);
}

function isProjected(state: ScopeState, { commit }: OperationRecord): boolean {
  return commit === undefined || state.commits.has(commit);
}

/** The pinned digest is the one that runs. */
function appliedAt(view: {
  readonly blueprint: { readonly digest: string };
  readonly applied?: { readonly digest: string } | undefined;
}): boolean {
  return (
    view.applied === undefined || view.applied.digest === "" || view.applied.digest === view.blueprint.digest
  );
}

function running(record: OperationRecord, message: string): Operation {
  return { ...record, status: "running", message };
}

function succeeded(record: OperationRecord, message: string): Operation {
  return { ...record, status: "succeeded", message };
}
