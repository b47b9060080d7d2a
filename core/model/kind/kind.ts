import type { Static, TSchema } from "@sinclair/typebox";

/** The API group and version of every kind Catalyst defines. */
export const catalystGroup = "catalyst.openova.io";
export const catalystVersion = "v1alpha1";
export const catalystApiVersion = `${catalystGroup}/${catalystVersion}`;

/** A column of `kubectl get`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: "string" | "integer" | "boolean" | "date";
  readonly jsonPath: string;
  /** Columns above 0 are shown with `-o wide` only. */
  readonly priority?: number;
}

/**
 * A kind, written once: its schemas give the TypeScript types, the CustomResourceDefinition and the
 * reference page.
 */
export interface KindDefinition<Spec extends TSchema = TSchema, Status extends TSchema = TSchema> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  /** What the kind is for, one paragraph. */
  readonly description: string;
  readonly spec: Spec;
  readonly status: Status;
  readonly columns: readonly PrinterColumn[];
}

/** Metadata as every Catalyst object has it. */
export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
}

/** The object type of a kind. */
export interface CatalystObject<Spec, Status> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec: Spec;
  readonly status?: Status;
  readonly [field: string]: unknown;
}

/** The object type that a kind's definition describes. */
export type ObjectOf<K extends KindDefinition> = CatalystObject<Static<K["spec"]>, Static<K["status"]>>;

/** Declares a kind in Catalyst's group; singular and plural follow from the kind unless given. */
export function defineKind<Spec extends TSchema, Status extends TSchema>(
  kind: Omit<KindDefinition<Spec, Status>, "group" | "version" | "singular" | "plural"> & {
    readonly plural?: string;
  },
): KindDefinition<Spec, Status> {
  const singular = kind.kind.toLowerCase();
  return { group: catalystGroup, version: catalystVersion, singular, plural: `${singular}s`, ...kind };
}
