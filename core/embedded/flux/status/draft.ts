import type { FluxStatus } from "@catalyst/ports/flux";
import {
  type ClusterClient,
  isKubernetesError,
  type KubeObject,
  keyOf,
  type ResourceType,
} from "@catalyst/ports/kubernetes";
import { Conditions } from "./conditions.ts";
import { mergePatchOf } from "./merge-patch.ts";

/** A status whose fields may be set; conditions stand beside it. */
export type Mutable<S> = { -readonly [K in keyof S]?: S[K] | undefined };

interface FluxObject extends KubeObject {
  readonly status?: FluxStatus;
}

/**
 * The status of one object while it is reconciled: changed at will, written as a patch of the status
 * subresource holding only what differs from what was written last.
 */
export class StatusDraft<T extends FluxObject> {
  readonly conditions: Conditions;
  readonly fields: Mutable<NonNullable<T["status"]>>;
  readonly #client: ClusterClient;
  readonly #type: ResourceType<T>;
  readonly #object: T;
  readonly #manager: string;
  #written: Readonly<Record<string, unknown>>;

  constructor(client: ClusterClient, type: ResourceType<T>, object: T, manager: string, now: () => number) {
    this.#client = client;
    this.#type = type;
    this.#object = object;
    this.#manager = manager;
    this.#written = { ...object.status };
    this.fields = { ...object.status } as Mutable<NonNullable<T["status"]>>;
    this.conditions = new Conditions(object.status?.conditions ?? [], object.metadata.generation ?? 1, now);
  }

  /** Says that the object's present generation has been handled. */
  observeGeneration(): void {
    (this.fields as Mutable<FluxStatus>).observedGeneration = this.#object.metadata.generation ?? 1;
  }

  /** Writes what changed since the last write. An object that is gone needs no status. */
  async save(): Promise<void> {
    const status = { ...this.fields, conditions: this.conditions.list() } as Record<string, unknown>;
    const patch = mergePatchOf(this.#written, status);
    if (patch === undefined) return;
    try {
      await this.#client.mergePatch(
        this.#type,
        keyOf(this.#object),
        { status: patch },
        { subresource: "status", fieldManager: this.#manager },
      );
    } catch (error) {
      if (!isKubernetesError(error, "kubernetes-not-found")) throw error;
    }
    this.#written = status;
  }
}
