import type { KubeObject } from "./object.ts";

export interface ResourceQuota extends KubeObject {
  readonly spec?: {
    readonly hard?: Readonly<Record<string, string | number>>;
    readonly scopes?: readonly string[];
    readonly scopeSelector?: unknown;
  };
}

/** Amounts by resource: `cpu`, `memory`. */
export type ResourceAmounts = Readonly<Record<string, string | number>>;

export interface LimitRange extends KubeObject {
  readonly spec?: {
    readonly limits?: readonly {
      readonly type: string;
      readonly min?: ResourceAmounts;
      readonly max?: ResourceAmounts;
      readonly default?: ResourceAmounts;
      readonly defaultRequest?: ResourceAmounts;
    }[];
  };
}
