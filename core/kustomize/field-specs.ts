import data from "./data/field-specs.generated.json" with { type: "json" };
import type { FieldSpec } from "./field-paths.ts";

/** Where references to objects of a kind stand. */
export interface NameReference {
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly fieldSpecs: readonly FieldSpec[];
}

/** Kustomize's built-in knowledge of where things stand in Kubernetes' kinds. */
export const fieldSpecs = data as unknown as {
  readonly commonAnnotations: readonly FieldSpec[];
  readonly commonLabels: readonly FieldSpec[];
  readonly templateLabels: readonly FieldSpec[];
  readonly images: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
  readonly nameReference: readonly NameReference[];
};
