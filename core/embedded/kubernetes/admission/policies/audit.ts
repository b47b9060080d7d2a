import type { Attributes } from "../attributes.ts";
import type { Binding } from "./policy.ts";

/** Longest value of an annotation, in characters; upstream's. */
const maxValue = 10 * 1024;

/** Notes for the audit event that a validation failed. */
export function noteFailure(
  { annotations }: Attributes,
  policy: string,
  binding: Binding,
  expressionIndex: number,
  message: string,
): void {
  const { name, validationActions } = binding;
  const failure = { message, policy, binding: name, expressionIndex, validationActions };
  annotations.set("validation.policy.admission.k8s.io/validation_failure", JSON.stringify([failure]));
}

/** The values policies give for annotations of the audit event: several bindings may give several for one. */
export class AnnotationValues {
  readonly #values = new Map<string, Set<string>>();

  add(policy: string, key: string, value: string): void {
    const name = `${policy}/${key}`;
    const known = this.#values.get(name) ?? new Set();
    this.#values.set(name, known.add(value.slice(0, maxValue)));
  }

  publish({ annotations }: Attributes): void {
    for (const [name, values] of this.#values) annotations.set(name, [...values].join(", "));
  }
}
