import { readFileSync } from "node:fs";

/** A field of a type in the data file: text (see scripts/kubernetes-data/types.ts), or text with attributes. */
export type FieldData =
  | string
  | {
      readonly is: string;
      readonly default?: unknown;
      readonly strategy?: string;
      readonly mergeKey?: string;
    };

export interface TypeData {
  readonly fields?: Readonly<Record<string, FieldData>>;
  /** The type is another one by another name: a scalar. */
  readonly is?: string;
  readonly required?: readonly string[];
  readonly atomic?: boolean;
  readonly unions?: unknown;
  /** `group/version/kind` of a type that is a kind. */
  readonly kind?: string;
}

export interface ResourceData {
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced?: boolean;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly hash?: string;
  readonly subresources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly group?: string;
    readonly version?: string;
    readonly verbs: readonly string[];
  }[];
}

export interface KubernetesData {
  readonly head: { readonly source: string; readonly version: string; readonly sum: string };
  readonly groups: readonly {
    readonly groupVersion: string;
    readonly resources: readonly ResourceData[];
  }[];
  /** Columns of a kind's table: name, type, format, priority. */
  readonly columns: Readonly<Record<string, readonly (readonly [string, string, string, number])[]>>;
  readonly types: Readonly<Record<string, TypeData>>;
}

let loaded: KubernetesData | undefined;

/** The generated facts about Kubernetes' types; read once, at the first call (about 2 ms). */
export function kubernetesData(): KubernetesData {
  loaded ??= JSON.parse(
    readFileSync(new URL("../../data/kubernetes.generated.json", import.meta.url), "utf8"),
  ) as KubernetesData;
  return loaded;
}
