import type { KubeObject } from "@catalyst/ports/kubernetes";

/**
 * Remembers which objects a Kustomization has applied and from what, so that a new revision applies only what it
 * changes. Kept in memory: after a start, and at each interval, everything is applied and compared anew.
 */
export class AppliedObjects {
  readonly #byOwner = new Map<string, { readonly objects: ReadonlySet<KubeObject>; readonly at: number }>();

  /** The very objects applied last, unless that was longer ago than `maxAge` milliseconds. */
  of(owner: string, now: number, maxAge: number): ReadonlySet<KubeObject> {
    const entry = this.#byOwner.get(owner);
    return entry !== undefined && now - entry.at < maxAge ? entry.objects : new Set();
  }

  /** `at`: when the objects were last all compared with the cluster. */
  set(owner: string, objects: Iterable<KubeObject>, at: number): void {
    this.#byOwner.set(owner, { objects: new Set(objects), at });
  }

  comparedAt(owner: string): number | undefined {
    return this.#byOwner.get(owner)?.at;
  }

  forget(owner: string): void {
    this.#byOwner.delete(owner);
  }
}
