import type { TypeSchema } from "./schema/type-schema.ts";

export interface Subresource {
  /** `status`, `scale`, `log` … */
  readonly name: string;
  readonly verbs: readonly string[];
  /** Kind of its body, with the group and version when they differ from the resource's. */
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
}

/** One CRD printer column, or one of upstream's own. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** 0 is always shown, 1 with `-o wide`. */
  readonly priority: number;
}

/** Where a CRD's scale subresource finds its numbers, as JSON paths (`.spec.replicas`). */
export interface ScalePaths {
  readonly spec: string;
  readonly status: string;
  readonly labelSelector?: string;
}

/** What makes a served version of a CRD differ from a builtin kind. */
export interface CustomKind {
  readonly columns: readonly (ColumnDefinition & { readonly jsonPath: string })[];
  readonly scale?: ScalePaths;
  readonly hasStatus: boolean;
  /** Every served version of the CRD, this one included. */
  readonly versions: readonly string[];
  readonly selectableFields: readonly string[];
  readonly deprecationWarning?: string;
  /** `.spec.preserveUnknownFields` of the CRD. */
  readonly preserveUnknownFields: boolean;
  /** The version's openAPIV3Schema as written, for OpenAPI documents. */
  readonly openApiSchema: Readonly<Record<string, unknown>>;
}

/**
 * A resource as one group and version serves it, builtin or from a CRD: everything the functions here need to
 * know of it. Immutable; one object per resource and version, so it may be a cache key.
 */
export interface ResourceKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly Subresource[];
  readonly storageVersionHash: string;
  /** Told to whoever uses a builtin resource that has a successor. */
  readonly deprecationWarning?: string;
  readonly schema: TypeSchema;
  readonly custom?: CustomKind;
}
