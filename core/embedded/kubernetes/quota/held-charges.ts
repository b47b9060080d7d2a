import type { KubeObject } from "@catalyst/ports/kubernetes";

/** A write that quotas let through, with the object as it will be stored. */
export interface HeldCharge {
  /** `group/plural`. */
  readonly resource: string;
  readonly object: KubeObject;
}

/**
 * What was counted into quotas and isn't stored yet. Who counts a namespace anew from the objects there are counts
 * this too: otherwise whatever is let through between the two would be free.
 */
export class HeldCharges {
  readonly #held = new Map<string, Set<HeldCharge>>();

  /** Holds a charge until the result is disposed of: when the write has ended, stored or not. */
  hold(cluster: string, namespace: string, charge: HeldCharge): Disposable {
    const place = placeOf(cluster, namespace);
    const charges = this.#held.get(place) ?? new Set();
    this.#held.set(place, charges.add(charge));
    return {
      [Symbol.dispose]: () => {
        charges.delete(charge);
        if (charges.size === 0 && this.#held.get(place) === charges) this.#held.delete(place);
      },
    };
  }

  isHeld(cluster: string, namespace: string): boolean {
    return this.#held.has(placeOf(cluster, namespace));
  }

  /** The charges held for a resource in a namespace. */
  of(cluster: string, namespace: string, resource: string): readonly HeldCharge[] {
    const charges = this.#held.get(placeOf(cluster, namespace)) ?? [];
    return [...charges].filter((charge) => charge.resource === resource);
  }
}

function placeOf(cluster: string, namespace: string): string {
  return `${cluster}/${namespace}`;
}
