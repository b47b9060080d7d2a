import type { Row, Statement, Store } from "@catalyst/embedded-store";
import type { KeyValue, KeyValueEntry } from "@catalyst/ports/events";
import { conflict, damaged, onStore } from "./failures.ts";

const row = "?1, ?2, ?3, ?4, row_checksum(?1, ?2, ?3, ?4)";
const always = `INSERT INTO events_values VALUES (${row}) ON CONFLICT (bucket, key)
  DO UPDATE SET value = ?3, revision = ?4, checksum = row_checksum(?1, ?2, ?3, ?4)`;
const whenAbsent = `INSERT INTO events_values VALUES (${row}) ON CONFLICT (bucket, key) DO NOTHING`;
const whenAt = `UPDATE events_values SET value = ?3, revision = ?4, checksum = row_checksum(?1, ?2, ?3, ?4)
  WHERE bucket = ?1 AND key = ?2 AND revision = ?5`;
const columns = "key, value, revision, checksum = row_checksum(bucket, key, value, revision) AS intact";

const pageSize = 500;

/** Gives out revisions: one row of numbers for all buckets, each greater than all before it, also after a restart. */
export class Revisions {
  #last: number;

  private constructor(last: number) {
    this.#last = last;
  }

  static async open(store: Store): Promise<Revisions> {
    const sql = "SELECT revision, checksum = row_checksum(only, revision) AS intact FROM events_revision";
    const [found] = await onStore(store.read(sql));
    if (found?.["intact"] !== 1) throw damaged("the counter of revisions");
    return new Revisions(Number(found["revision"]));
  }

  /** The next revision, and the statement that remembers it in the same write. */
  next(): { readonly revision: number; readonly remember: Statement } {
    const revision = ++this.#last;
    const sql = `UPDATE events_revision SET revision = ?1, checksum = row_checksum(1, ?1) WHERE revision < ?1`;
    return { revision, remember: { sql, params: [revision] } };
  }
}

/** A bucket in the store's tables. */
export class StoredBucket implements KeyValue {
  readonly #store: Store;
  readonly #revisions: Revisions;
  readonly #bucket: string;

  constructor(store: Store, revisions: Revisions, bucket: string) {
    this.#store = store;
    this.#revisions = revisions;
    this.#bucket = bucket;
  }

  async get(key: string): Promise<KeyValueEntry | undefined> {
    const sql = `SELECT ${columns} FROM events_values WHERE bucket = ? AND key = ?`;
    const [found] = await onStore(this.#store.read(sql, [this.#bucket, key]));
    return found && this.#entry(found);
  }

  async put(key: string, value: unknown, expected?: number): Promise<number> {
    const { revision, remember } = this.#revisions.next();
    const sql = expected === undefined ? always : expected === 0 ? whenAbsent : whenAt;
    const params = [this.#bucket, key, JSON.stringify(value), revision];
    const statement = { sql, params: sql === whenAt ? [...params, expected ?? 0] : params };
    const [changed] = await onStore(this.#store.write([statement, remember]));
    if (changed === 1) return revision;
    throw conflict(`${key} isn't at revision ${expected}`, { bucket: this.#bucket, key, expected });
  }

  async putAll(entries: readonly { readonly key: string; readonly value: unknown }[]): Promise<void> {
    if (entries.length === 0) return;
    const { revision, remember } = this.#revisions.next();
    const statements = entries.map(({ key, value }) => ({
      sql: always,
      params: [this.#bucket, key, JSON.stringify(value), revision],
    }));
    await onStore(this.#store.write([...statements, remember]));
  }

  async delete(key: string): Promise<void> {
    const sql = "DELETE FROM events_values WHERE bucket = ? AND key = ?";
    await onStore(this.#store.write([{ sql, params: [this.#bucket, key] }]));
  }

  async *entries(prefix = ""): AsyncGenerator<KeyValueEntry> {
    const first = `SELECT ${columns} FROM events_values WHERE bucket = ? AND key >= ? ORDER BY key LIMIT ${pageSize}`;
    const next = first.replace("key >= ?", "key > ?");
    let rows = await onStore(this.#store.read(first, [this.#bucket, prefix]));
    for (;;) {
      for (const found of rows) {
        const entry = this.#entry(found);
        if (!entry.key.startsWith(prefix)) return;
        yield entry;
      }
      if (rows.length < pageSize) return;
      rows = await onStore(this.#store.read(next, [this.#bucket, String(rows.at(-1)?.["key"])]));
    }
  }

  /** Drops the whole bucket. */
  async clear(): Promise<void> {
    await onStore(
      this.#store.write([{ sql: "DELETE FROM events_values WHERE bucket = ?", params: [this.#bucket] }]),
    );
  }

  #entry(found: Row): KeyValueEntry {
    const key = String(found["key"]);
    if (found["intact"] !== 1) throw damaged(`${key} of ${this.#bucket}`);
    return { key, value: JSON.parse(String(found["value"])) as unknown, revision: Number(found["revision"]) };
  }
}
