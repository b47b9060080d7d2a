import { rfc3339 } from "@catalyst/base/clock";
import type { Condition } from "@catalyst/ports/kubernetes";

type Status = Condition["status"];

/** Longest message of a condition. */
const messageLimit = 32_768;

function shortened(message: string): string {
  return message.length > messageLimit ? `${message.slice(0, messageLimit - 3)}...` : message;
}

/**
 * The conditions of one object while it is reconciled. A condition's transition time moves when anything of it
 * but the observed generation changes. Listed as Flux lists them: Ready first, the others by name.
 */
export class Conditions {
  readonly #byType: Map<string, Condition>;
  readonly #generation: number;
  readonly #now: () => number;
  #conceal: (message: string) => string = (message) => message;

  constructor(initial: readonly Condition[], generation: number, now: () => number) {
    this.#byType = new Map(initial.map((condition) => [condition.type, condition]));
    this.#generation = generation;
    this.#now = now;
  }

  get(type: string): Condition | undefined {
    return this.#byType.get(type);
  }

  is(type: string, status: Status): boolean {
    return this.#byType.get(type)?.status === status;
  }

  /** From now on every message goes through `conceal`, which takes out what nobody may read. */
  conceal(conceal: (message: string) => string): void {
    this.#conceal = conceal;
  }

  set(type: string, status: Status, reason: string, said: string): void {
    const message = shortened(this.#conceal(said));
    const before = this.#byType.get(type);
    const same = before?.status === status && before.reason === reason && before.message === message;
    this.#byType.set(type, {
      type,
      status,
      reason,
      message,
      lastTransitionTime: same ? before.lastTransitionTime : rfc3339(this.#now()),
      observedGeneration: this.#generation,
    });
  }

  markTrue(type: string, reason: string, message: string): void {
    this.set(type, "True", reason, message);
  }

  markFalse(type: string, reason: string, message: string): void {
    this.set(type, "False", reason, message);
  }

  markUnknown(type: string, reason: string, message: string): void {
    this.set(type, "Unknown", reason, message);
  }

  /** Work is under way: `Reconciling` is true and `Stalled` falls. */
  markReconciling(reason: string, message: string): void {
    this.delete("Stalled");
    this.markTrue("Reconciling", reason, message);
  }

  /** A person must act: `Stalled` is true and `Reconciling` falls. */
  markStalled(reason: string, message: string): void {
    this.delete("Reconciling");
    this.markTrue("Stalled", reason, message);
  }

  delete(...types: readonly string[]): void {
    for (const type of types) this.#byType.delete(type);
  }

  /** Puts a condition in place of another and keeps its transition time. */
  replace(type: string, by: string, status: Status, reason: string, message: string): void {
    const before = this.#byType.get(type);
    if (before === undefined) return;
    this.delete(type);
    this.#byType.set(by, {
      ...before,
      type: by,
      status,
      reason,
      message,
      observedGeneration: this.#generation,
    });
  }

  list(): readonly Condition[] {
    return [...this.#byType.values()].sort((a, b) => {
      if (a.type === "Ready" || b.type === "Ready") return a.type === "Ready" ? -1 : 1;
      return a.type < b.type ? -1 : 1;
    });
  }
}
