import type { Clock } from "@catalyst/base/clock";
import { isCatalystError } from "@catalyst/base/errors";
import {
  type ReleaseRecord,
  readReleaseSecret,
  releaseSecret,
  releaseSecretName,
  releaseSelector,
} from "@catalyst/charts/records";
import { type ClusterClient, isKubernetesError, type Secret, secrets } from "@catalyst/ports/kubernetes";

/** A revision that was written, or removed. */
export interface WrittenRecord {
  readonly record: ReleaseRecord;
  readonly isRemoved: boolean;
}

/** The revisions of one release, as Helm stores them. */
export class ReleaseStorage {
  readonly #client: ClusterClient;
  readonly #clock: Clock;
  readonly #namespace: string;
  readonly #name: string;
  #written = new Map<number, WrittenRecord>();

  constructor(client: ClusterClient, clock: Clock, namespace: string, name: string) {
    this.#client = client;
    this.#clock = clock;
    this.#namespace = namespace;
    this.#name = name;
  }

  /** All revisions, the newest first; what can't be read is none, as for Helm. */
  async all(): Promise<readonly ReleaseRecord[]> {
    try {
      const { items } = await this.#client.list(secrets, {
        namespace: this.#namespace,
        labelSelector: releaseSelector(this.#name),
      });
      return items.flatMap(readable).sort((a, b) => b.version - a.version);
    } catch (error) {
      if (isKubernetesError(error, "kubernetes-not-found")) return [];
      throw error;
    }
  }

  /** Gives every revision that was written or removed since the last time, in its last form, the newest first. */
  takeWritten(): readonly WrittenRecord[] {
    const written = [...this.#written.values()].sort((a, b) => b.record.version - a.record.version);
    this.#written = new Map();
    return written;
  }

  /** Stores a new revision. With a limit above 0 the oldest ones go first, so that there are at most that many. */
  async create(record: ReleaseRecord, limit = 0): Promise<void> {
    if (limit > 0) await this.#prune(limit - 1);
    await this.#client.create(
      secrets,
      { ...(await releaseSecret(record, this.#namespace, this.#clock.now())) },
      {
        fieldManager: "helm-controller",
      },
    );
    this.#written.set(record.version, { record, isRemoved: false });
  }

  /** Replaces a stored revision. */
  async update(record: ReleaseRecord): Promise<void> {
    await this.#client.update(
      secrets,
      { ...(await releaseSecret(record, this.#namespace, this.#clock.now(), true)) },
      {
        fieldManager: "helm-controller",
      },
    );
    this.#written.set(record.version, { record, isRemoved: false });
  }

  /** Removes a revision. */
  async remove(record: ReleaseRecord): Promise<void> {
    const name = releaseSecretName(this.#name, record.version);
    await this.#client.delete(secrets, { namespace: this.#namespace, name });
    this.#written.set(record.version, { record, isRemoved: true });
  }

  /** Removes the oldest revisions until at most `limit` are left; the one deployed last stays. */
  async #prune(limit: number): Promise<void> {
    const all = await this.all();
    const surplus = all.length - limit;
    const deployed = all.find((record) => record.info.status === "deployed");
    const oldest = all.filter((record) => record !== deployed).reverse();
    for (const record of oldest.slice(0, Math.max(surplus, 0))) await this.remove(record);
  }
}

function readable(secret: Secret): readonly ReleaseRecord[] {
  try {
    return [readReleaseSecret(secret)];
  } catch (error) {
    if (isCatalystError(error, "release-invalid")) return [];
    throw error;
  }
}
