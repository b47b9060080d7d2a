import type { ObjectId, RepositoryRef, TreeFile } from "./host.ts";

/** Who pushes, as the host authenticated them. */
export interface Pusher {
  readonly user: string;
  readonly email: string;
  /** Catalyst's own account: it pushes on behalf of commits' authors. */
  readonly platform: boolean;
}

export interface RefUpdate {
  readonly ref: string;
  /** All zeros for a new ref. */
  readonly before: ObjectId;
  /** All zeros for a deleted ref. */
  readonly after: ObjectId;
}

/** Reads objects of a push before its refs move. */
export interface PushedTree {
  files(commit: ObjectId, path?: string): Promise<readonly TreeFile[]>;
  read(id: ObjectId): Promise<Uint8Array>;
}

export interface Push {
  readonly repository: RepositoryRef;
  readonly pusher: Pusher;
  readonly updates: readonly RefUpdate[];
  readonly tree: PushedTree;
  /** The id of a plan computed just before, when the pusher named one (push option `catalyst.plan=<id>`). */
  readonly plan?: string | undefined;
}

export interface Verdict {
  readonly accepted: boolean;
  /** What the pusher reads, line by line: the plan, or what is wrong with file, line and reason. */
  readonly lines: readonly string[];
}

/**
 * Judges a push before any of its refs move. A throw refuses the push ("fail closed"). Called with an abort
 * signal that fires when the pusher is gone.
 */
export type JudgePush = (push: Push, signal: AbortSignal) => Promise<Verdict>;
