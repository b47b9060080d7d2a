import type { ClusterName, KubeObject, ObjectKey } from "@catalyst/ports/kubernetes";
import type { HostPattern } from "./host.ts";

/** How a request came: over TLS or plain. */
export type Scheme = "http" | "https";

/** What a request must have of a path. A prefix means whole segments: `/a` fits `/a` and `/a/b`, not `/ab`. */
export interface PathMatch {
  readonly type: "Exact" | "Prefix" | "RegularExpression";
  readonly value: string;
}

/** What a header, or a query parameter, must be. Header names are in lower case. */
export interface ValueMatch {
  readonly type: "Exact" | "RegularExpression";
  readonly name: string;
  readonly value: string;
}

export interface Match {
  readonly path: PathMatch;
  readonly method?: string | undefined;
  readonly headers: readonly ValueMatch[];
  readonly query: readonly ValueMatch[];
}

/** A change of headers: what is removed, then what is replaced, then what is added. Names in lower case. */
export interface HeaderChange {
  readonly set: readonly (readonly [string, string])[];
  readonly add: readonly (readonly [string, string])[];
  readonly remove: readonly string[];
}

export type PathChange =
  | { readonly type: "whole"; readonly path: string }
  /** Replaces the part of the path that the rule's prefix matched. */
  | { readonly type: "prefix"; readonly path: string };

export interface Redirect {
  readonly scheme?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly path?: PathChange | undefined;
  readonly status: number;
}

export interface Cors {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly expose: readonly string[];
  readonly credentials: boolean;
  /** Seconds. */
  readonly maxAge: number;
}

/** A copy of the request for somebody whose answer nobody sees. */
export interface Mirror {
  readonly backend: Backend;
  /** From 0 to 1: the share of requests that are copied. */
  readonly share: number;
}

/** What is done with a request and its answer on the way. */
export interface Actions {
  readonly requestHeaders: readonly HeaderChange[];
  readonly responseHeaders: readonly HeaderChange[];
  readonly redirect?: Redirect | undefined;
  readonly rewriteHost?: string | undefined;
  readonly rewritePath?: PathChange | undefined;
  readonly mirrors: readonly Mirror[];
  readonly cors?: Cors | undefined;
}

export const noActions: Actions = { requestHeaders: [], responseHeaders: [], mirrors: [] };

export type Backend =
  | {
      readonly type: "service";
      readonly namespace: string;
      readonly name: string;
      readonly port: number | string;
    }
  /** The keys of a ConfigMap, as files. */
  | { readonly type: "files"; readonly namespace: string; readonly configMap: string }
  /** A reference that can't be followed: the answer is `status`. */
  | { readonly type: "invalid"; readonly status: 500 | 503; readonly reason: string };

export interface WeightedBackend {
  readonly backend: Backend;
  readonly weight: number;
  readonly actions: Actions;
}

/** The object a rule is of. */
export interface RuleSource {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** When it was created, RFC 3339. */
  readonly since: string;
}

/** One thing that an Ingress or a route says about requests. */
export interface Rule {
  readonly source: RuleSource;
  readonly hosts: readonly HostPattern[];
  /** Undefined: both. */
  readonly scheme?: Scheme | undefined;
  readonly match: Match;
  /** Counts only where no other rule does: an Ingress' default backend. */
  readonly isFallback: boolean;
  readonly actions: Actions;
  readonly backends: readonly WeightedBackend[];
  /** Secrets whose certificate may be shown for the rule's hosts, by preference. */
  readonly certificates: readonly ObjectKey[];
  /** Milliseconds for the whole exchange; undefined: no limit. */
  readonly timeout?: number | undefined;
}

/** A rule that was chosen for a request. */
export interface Route {
  readonly cluster: ClusterName;
  readonly rule: Rule;
}

/** Says which object a rule is of. */
export function sourceOf({ kind, metadata }: KubeObject): RuleSource {
  const { namespace = "default", name, creationTimestamp = "" } = metadata;
  return { kind, namespace, name, since: creationTimestamp };
}
