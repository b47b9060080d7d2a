import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Attributes, Operation } from "./attributes.ts";
import type { Reinvocation } from "./reinvocation.ts";

/**
 * One rule of admission; upstream's plugin. It changes what is written, or refuses it by throwing a
 * StatusError, or both: every `admit` of the chain comes before every `validate`.
 */
export interface Admitter {
  /** The upstream plugin it stands for. */
  readonly name: string;
  readonly operations: readonly Operation[];
  /** `group/plural`, or `group/plural/subresource`; without it everything. */
  readonly resources?: readonly string[];
  /** Gives the object to go on with. It may run twice on one write, so what it did once it must leave alone. */
  admit?(attributes: Attributes, reinvocation: Reinvocation): Admitted | Promise<Admitted>;
  /** What it puts in `held` is let go of when the write has ended, stored or not. */
  validate?(attributes: Attributes, held: DisposableStack): void | Promise<void>;
}

/** Undefined when there is no object: a deletion. */
export type Admitted = KubeObject | undefined;
