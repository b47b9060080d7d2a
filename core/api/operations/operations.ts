import { randomUUID } from "node:crypto";
import { type Clock, rfc3339 } from "@catalyst/base/clock";
import type { Operation } from "@catalyst/model/operation";
import type { OpenTables, Tables } from "@catalyst/ports/tables";
import { type OperationRow, type OperationTables, operationArea } from "./schema.ts";

/** What is kept of an operation; where it stands follows from the projection. */
export type OperationRecord = Omit<Operation, "status" | "message" | "problem" | "finishedAt">;

/** Operations kept; older ones are forgotten, a look every so many beginnings. */
const limit = 10_000;
const lookEvery = 100;

/** Changes under way, each named by an id that survives a restart. Its tables are opened with the first use. */
export class Operations {
  readonly #tables: Tables;
  readonly #clock: Clock;
  #opened: Promise<OpenTables<OperationTables>> | undefined;
  #begun = 0;

  constructor(tables: Tables, clock: Clock) {
    this.#tables = tables;
    this.#clock = clock;
  }

  /** Takes in operations that an earlier version kept elsewhere; those known already stay as they are. */
  async adopt(records: readonly OperationRecord[]): Promise<void> {
    const { query, write } = await this.#open();
    await write(records.map((record) => ({ query: insert(query, record) })));
  }

  async begin(fields: Omit<OperationRecord, "id" | "startedAt">): Promise<OperationRecord> {
    const record: OperationRecord = { id: randomUUID(), startedAt: rfc3339(this.#clock.now()), ...fields };
    const isDue = this.#begun++ % lookEvery === 0;
    const { query, write } = await this.#open();
    const changes = [{ query: insert(query, record) }];
    await write(isDue ? [...changes, { query: forgetOldest(query) }] : changes);
    return record;
  }

  async find(id: string): Promise<OperationRecord | undefined> {
    const { query } = await this.#open();
    const row = await query
      .selectFrom("operations_begun")
      .select([
        "id",
        "kind",
        "organization",
        "environment",
        "application",
        "user_name",
        "commit_id",
        "started_at",
      ])
      .where("id", "=", id)
      .executeTakeFirst();
    return row === undefined ? undefined : recordOf(row);
  }

  /** A failure to open isn't kept: the next use tries again. */
  #open(): Promise<OpenTables<OperationTables>> {
    this.#opened ??= this.#tables.open<OperationTables>(operationArea).catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }
}

type Query = OpenTables<OperationTables>["query"];

function insert(query: Query, record: OperationRecord) {
  return query
    .insertInto("operations_begun")
    .values(rowOf(record))
    .onConflict((conflict) => conflict.column("id").doNothing());
}

/** Nothing is older than the row that isn't there while there are fewer. */
function forgetOldest(query: Query) {
  return query
    .deleteFrom("operations_begun")
    .where("started_at", "<", (builder) =>
      builder
        .selectFrom("operations_begun")
        .select("started_at")
        .orderBy("started_at", "desc")
        .limit(1)
        .offset(limit),
    );
}

function rowOf({ startedAt, ...record }: OperationRecord): OperationRow {
  return {
    id: record.id,
    kind: record.kind,
    organization: record.organization,
    environment: record.environment ?? null,
    application: record.application ?? null,
    user_name: record.user,
    commit_id: record.commit ?? null,
    started_at: startedAt,
  };
}

function recordOf(row: OperationRow): OperationRecord {
  const { id, kind, organization } = row;
  return {
    id,
    kind,
    organization,
    ...(row.environment === null ? {} : { environment: row.environment }),
    ...(row.application === null ? {} : { application: row.application }),
    user: row.user_name,
    ...(row.commit_id === null ? {} : { commit: row.commit_id }),
    startedAt: row.started_at,
  };
}
