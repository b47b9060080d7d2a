/** Where events come from. */
export type EventSource = "k8s" | "flux" | "git" | "crossplane" | "billing" | "audit";

/**
 * The envelope: CloudEvents 1.0 in structured form. `type` is `io.openova.catalyst.<source>.<event>.v1`.
 * Delivered at least once and possibly out of order; consumers decide by what `data` says of versions.
 */
export interface CatalystEvent<D = unknown> {
  readonly specversion: "1.0";
  /** Unique for a source; publishing it twice keeps one. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly subject?: string;
  readonly organization?: string;
  readonly environment?: string;
  /** The commit this follows from. */
  readonly commit?: string;
  readonly data: D;
}

/** The type of an event: `io.openova.catalyst.git.pushed.v1`. */
export function eventType(source: EventSource, event: string): string {
  return `io.openova.catalyst.${source}.${event}.v1`;
}
