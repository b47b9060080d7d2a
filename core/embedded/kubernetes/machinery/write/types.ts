import type { Json, KubeObject } from "../object.ts";

export type FieldValidation = "Strict" | "Warn" | "Ignore";

export type PatchType =
  | "application/json-patch+json"
  | "application/merge-patch+json"
  | "application/strategic-merge-patch+json";

/** What was read from a request's body, and what to put into Warning headers. */
export interface Decoded {
  readonly object: Json;
  readonly warnings: readonly string[];
}

/** Who writes, when, and to which part of the object. */
export interface WriteOptions {
  /** `fieldManager`, or the user agent's first part up to `/` when none is given; at most 128 characters. */
  readonly manager: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** `status`, `scale` …; absent for the object itself. */
  readonly subresource?: string | undefined;
  /** Default `Warn`, as upstream's. */
  readonly fieldValidation?: FieldValidation | undefined;
}

export interface ApplyOptions extends WriteOptions {
  readonly force: boolean;
}

export interface Patch {
  readonly type: PatchType;
  /** The parsed body. */
  readonly body: unknown;
}

/** An object before admission: decoded, defaulted, its managedFields computed. */
export interface Draft {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

/** What the machinery can't make up itself. */
export interface CreateFacts {
  readonly uid: string;
  readonly now: number;
  /** Five characters for `generateName`; called only when needed. */
  readonly nameSuffix: () => string;
  /** The namespace of the request's path; absent for a cluster-scoped resource. */
  readonly namespace?: string | undefined;
}

export interface Written {
  readonly object: KubeObject;
  /** False when nothing but bookkeeping would differ: don't write, answer with the stored object. */
  readonly changed: boolean;
  readonly warnings: readonly string[];
}
