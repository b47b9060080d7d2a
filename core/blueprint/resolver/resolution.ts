import type { Dependency } from "@catalyst/model/blueprint";
import type { Catalog, CatalogRelease } from "../catalog/catalog.ts";

/** One Application that is asked for. */
export interface Requirement {
  readonly application: string;
  readonly blueprint: string;
  /** A version range, or `=1.2.3`; absent: the newest stable release. */
  readonly range?: string | undefined;
  readonly config: Readonly<Record<string, unknown>>;
  /** Dependencies a person bound to an Application that exists or is asked for as well, by alias. */
  readonly bindings: Readonly<Record<string, { readonly application: string }>>;
}

/** An Application that is there already and stays as it is. */
export interface Sibling {
  readonly application: string;
  readonly blueprint: string;
  readonly version: string;
}

export interface ResolveInput {
  readonly requirements: readonly Requirement[];
  readonly siblings: readonly Sibling[];
  readonly catalog: Catalog;
  /** Tells whether a conditional dependency is wanted with a config. */
  wants(dependency: Dependency, config: Readonly<Record<string, unknown>>): boolean;
}

/** An Application as it shall be: asked for, or created along. */
export interface ResolvedApplication {
  readonly application: string;
  readonly release: CatalogRelease;
  readonly config: Readonly<Record<string, unknown>>;
  readonly bindings: Readonly<Record<string, { readonly application: string }>>;
  /** The Application it comes along with; absent when a person asked for it. */
  readonly requestedBy?: string | undefined;
}

/** How one dependency is met, and why this way: one sentence. */
export interface ResolvedDependency {
  readonly application: string;
  readonly alias: string;
  readonly provider: string;
  readonly created: boolean;
  readonly reason: string;
}

/** Every Application that has to be written, or sentences that say who asked for what in vain. */
export type Resolution =
  | {
      readonly resolved: true;
      readonly applications: readonly ResolvedApplication[];
      readonly dependencies: readonly ResolvedDependency[];
    }
  | {
      readonly resolved: false;
      readonly code: "blueprint-unknown" | "version-unsatisfiable" | "name-taken";
      readonly application: string;
      readonly sentences: readonly string[];
    };

/**
 * Chooses versions and providers: deterministic; an existing sibling is preferred when it satisfies the
 * range; unverified and withdrawn releases are never chosen; a dependency created along is named
 * `{application}-{alias}`.
 */
export type Resolve = (input: ResolveInput) => Resolution;
