import type { Clock } from "@catalyst/base/clock";
import { sha256Hex } from "@catalyst/base/digest";
import type { KeyValue } from "@catalyst/ports/events";
import type { Adapter, AdapterPayload } from "oidc-provider";

/** A record of the provider. Its id, which is a secret, isn't kept: the key is a digest of it. */
interface StoredRecord {
  readonly payload: AdapterPayload;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** What outlives a restart: who is signed in. The rest lasts minutes, and is begun anew. */
const durable = new Set(["Session", "Grant"]);

/** Records that aren't durable, at most: a flood of begun sign-ins drops the oldest, never the memory. */
const volatileLimit = 10_000;

/** Writes between two looks for what expired. */
const lookEvery = 200;

/** The records of the identity provider: sign-ins in a bucket, what is under way in memory. */
export class ProviderRecords {
  readonly #bucket: KeyValue;
  readonly #clock: Clock;
  readonly #durable = new Map<string, StoredRecord>();
  readonly #volatile = new Map<string, StoredRecord>();
  #writes = 0;

  private constructor(bucket: KeyValue, clock: Clock) {
    this.#bucket = bucket;
    this.#clock = clock;
  }

  static async open(bucket: KeyValue, clock: Clock): Promise<ProviderRecords> {
    const records = new ProviderRecords(bucket, clock);
    for await (const { key, value } of bucket.entries()) records.#durable.set(key, value as StoredRecord);
    await records.#forgetExpired();
    return records;
  }

  /** The provider's way to the records of one model. */
  adapter(model: string): Adapter {
    return {
      upsert: (id, payload, expiresIn) => this.#put(model, id, payload, expiresIn),
      find: async (id) => {
        const record = this.#find(keyOf(model, id));
        return record === undefined ? undefined : { ...record.payload, jti: id };
      },
      findByUid: async (uid) => this.#findBy(model, (payload) => payload.uid === uid)?.payload,
      findByUserCode: async (code) => this.#findBy(model, (payload) => payload.userCode === code)?.payload,
      consume: async (id) => {
        const record = this.#find(keyOf(model, id));
        if (record === undefined) return;
        const consumed = Math.floor(this.#clock.now() / 1000);
        await this.#keep(model, keyOf(model, id), { ...record, payload: { ...record.payload, consumed } });
      },
      destroy: (id) => this.#remove(keyOf(model, id)),
      revokeByGrantId: (grantId) => this.#removeWhere((payload) => payload.grantId === grantId),
    };
  }

  /** Ends every sign-in of a user. */
  endSessions(user: string): Promise<void> {
    return this.#removeWhere((payload) => payload.accountId === user);
  }

  async #put(model: string, id: string, payload: AdapterPayload, expiresIn = 0): Promise<void> {
    const { jti: _id, ...kept } = payload;
    const expiresAt = this.#clock.now() + expiresIn * 1000;
    await this.#keep(model, keyOf(model, id), { payload: kept, expiresAt });
    if (++this.#writes % lookEvery === 0) await this.#forgetExpired();
  }

  async #keep(model: string, key: string, record: StoredRecord): Promise<void> {
    if (durable.has(model)) {
      await this.#bucket.put(key, record);
      this.#durable.set(key, record);
      return;
    }
    this.#volatile.set(key, record);
    const [oldest] = this.#volatile.keys();
    if (this.#volatile.size > volatileLimit && oldest !== undefined) this.#volatile.delete(oldest);
  }

  #find(key: string): StoredRecord | undefined {
    const record = this.#durable.get(key) ?? this.#volatile.get(key);
    return record === undefined || record.expiresAt <= this.#clock.now() ? undefined : record;
  }

  #findBy(model: string, matches: (payload: AdapterPayload) => boolean): StoredRecord | undefined {
    const table = durable.has(model) ? this.#durable : this.#volatile;
    for (const [key, { payload }] of table)
      if (key.startsWith(`${model}:`) && matches(payload)) return this.#find(key);
    return undefined;
  }

  async #remove(key: string): Promise<void> {
    this.#volatile.delete(key);
    if (!this.#durable.has(key)) return;
    this.#durable.delete(key);
    await this.#bucket.delete(key);
  }

  async #removeWhere(matches: (payload: AdapterPayload) => boolean): Promise<void> {
    for (const [key, { payload }] of [...this.#durable, ...this.#volatile])
      if (matches(payload)) await this.#remove(key);
  }

  async #forgetExpired(): Promise<void> {
    const now = this.#clock.now();
    for (const [key, { expiresAt }] of [...this.#durable, ...this.#volatile])
      if (expiresAt <= now) await this.#remove(key);
  }
}

function keyOf(model: string, id: string): string {
  return `${model}:${sha256Hex(id)}`;
}
