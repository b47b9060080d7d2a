import type { Clock } from "@catalyst/base/clock";
import {
  type ReleaseRecord,
  readReleaseSecret,
  releaseSecret,
  releaseSecretName,
  releaseSelector,
} from "@catalyst/charts/records";
import { type ClusterClient, isKubernetesError, secrets } from "@catalyst/ports/kubernetes";

/** The revisions of one release, as Helm stores them. */
export class ReleaseStorage {
  readonly #client: ClusterClient;
  readonly #clock: Clock;
  readonly #namespace: string;
  readonly #name: string;

  constructor(client: ClusterClient, clock: Clock, namespace: string, name: string) {
    this.#client = client;
    this.#clock = clock;
    this.#namespace = namespace;
    this.#name = name;
  }

  /** All revisions, the newest first. */
  async all(): Promise<readonly ReleaseRecord[]> {
    try {
      const { items } = await this.#client.list(secrets, {
        namespace: this.#namespace,
        labelSelector: releaseSelector(this.#name),
      });
      return items.map(readReleaseSecret).sort((a, b) => b.version - a.version);
    } catch (error) {
      if (isKubernetesError(error, "kubernetes-not-found")) return [];
      throw error;
    }
  }

  /** Stores a new revision. */
  async create(record: ReleaseRecord): Promise<void> {
    await this.#client.create(
      secrets,
      { ...(await releaseSecret(record, this.#namespace, this.#clock.now())) },
      {
        fieldManager: "helm-controller",
      },
    );
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
  }

  async remove(version: number): Promise<void> {
    const name = releaseSecretName(this.#name, version);
    await this.#client.delete(secrets, { namespace: this.#namespace, name });
  }

  /** Removes the oldest revisions until at most `limit` are left; what is deployed stays. */
  async prune(limit: number): Promise<void> {
    const all = await this.all();
    const surplus = all.length - limit;
    if (limit <= 0 || surplus <= 0) return;
    const oldest = all.filter((record) => record.info.status !== "deployed").reverse();
    for (const record of oldest.slice(0, surplus)) await this.remove(record.version);
  }
}
