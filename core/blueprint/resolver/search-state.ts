import type { Dependency } from "@catalyst/model/blueprint";
import { dependencyAlias } from "../plan/check.ts";
import type { Constraint } from "./candidates.ts";
import type { Requirement, Resolution, ResolvedApplication, ResolvedDependency } from "./resolution.ts";

/** Why there is no answer. */
export type Conflict = Extract<Resolution, { readonly resolved: false }>;

/** What has been decided so far; never changed in place, so that going back is forgetting. */
export interface Decided {
  readonly applications: ReadonlyMap<string, ResolvedApplication>;
  readonly dependencies: readonly ResolvedDependency[];
}

/** Why a branch failed, and the Applications another version of which might have avoided it. */
export interface Failure {
  readonly conflict: Conflict;
  readonly causes: ReadonlySet<string>;
}

/** An Application on the way down to a dependency. */
export interface Ancestor {
  readonly application: string;
  readonly blueprint: string;
}

/** Choose a version for an Application. */
export interface Choose {
  readonly step: "choose";
  readonly wanted: Requirement;
  readonly constraint: Constraint;
  readonly requestedBy?: string | undefined;
  /** Those that led here, the Application itself last. */
  readonly path: readonly Ancestor[];
  /** Applications whose versions led to this choice. */
  readonly causes: readonly string[];
}

/** Find who meets a dependency of an Application. */
export interface Meet {
  readonly step: "meet";
  readonly consumer: ResolvedApplication;
  readonly dependency: Dependency;
  readonly path: readonly Ancestor[];
}

/** What is still to be decided. */
export type Step = Choose | Meet;

/** Tells whether an Application is, or needs at any depth, another. */
export function leadsTo(
  { applications }: Pick<Decided, "applications">,
  from: string,
  to: string,
  seen = new Set<string>(),
): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  const bindings = Object.values(applications.get(from)?.bindings ?? {});
  return bindings.some(({ application }) => leadsTo({ applications }, application, to, seen));
}

/** Ends a branch: the consumer's own version always has a part in it. */
export function failure(
  { consumer }: Meet,
  code: Conflict["code"],
  sentences: readonly string[],
  causes: readonly string[],
): Failure {
  const { application } = consumer;
  return {
    conflict: { resolved: false, code, application, sentences },
    causes: new Set([application, ...causes]),
  };
}

/** The range a dependency asks for. */
export function rangeOf({ dependency }: Meet): { readonly range: string } {
  return { range: dependency.version };
}

/** Who asks, as the beginning of a sentence. */
export function needs({ consumer }: Meet): string {
  return `${consumer.release.name} ${consumer.release.version} ("${consumer.application}") needs`;
}

/** Binds a dependency to the Application that meets it. */
export function withDependency(
  decided: Decided,
  { consumer, dependency }: Meet,
  provider: string,
  created: boolean,
  reason: string,
): Decided {
  const alias = dependencyAlias(dependency);
  const entry = { application: consumer.application, alias, provider, created, reason };
  const current = decided.applications.get(consumer.application) ?? consumer;
  const bindings = { ...current.bindings, [alias]: { application: provider } };
  return {
    applications: new Map(decided.applications).set(consumer.application, { ...current, bindings }),
    dependencies: [...decided.dependencies, entry],
  };
}

/** Fills the dependent's name into the config a dependency is created with. */
export function namedFor(value: unknown, application: string): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "string" ? item.replace(/\$\{application\}/g, application) : item,
  );
  return JSON.parse(text) as Record<string, unknown>;
}
