import type { Lease, Node } from "@catalyst/ports/kubernetes";
import { readiness } from "./decide.ts";

/** How long a node may be silent, and one that never said anything after it was made (milliseconds); upstream's. */
const usualGrace = 50_000;
const firstGrace = 60_000;
/** A look that comes so much later than it was meant to (milliseconds) tells of this program's own sleep. */
const oversleep = 10_000;

/** The last that was heard of a node. */
export interface Heartbeat {
  /** Tells one sign of life from the next. */
  readonly sign: string;
  /** In milliseconds. */
  readonly heardAt: number;
  /** When it is looked at again. */
  readonly lookAt: number;
}

/** What a look at a node's signs of life finds. */
export interface Pulse extends Heartbeat {
  readonly isSilent: boolean;
}

/**
 * Looks for a sign of life of a node, by its status and its Lease. A Lease that stands longer than the usual grace is
 * waited for: its node renews it more rarely. While this program itself didn't run nobody's silence counts.
 */
export function feel(
  node: Node,
  lease: Lease | undefined,
  before: Heartbeat | undefined,
  now: number,
): Pulse {
  const ready = readiness(node);
  const sign = `${ready?.lastHeartbeatTime ?? ""} ${lease?.spec?.renewTime ?? ""}`;
  const grace =
    ready === undefined ? firstGrace : Math.max(usualGrace, (lease?.spec?.leaseDurationSeconds ?? 0) * 1000);
  const heardAt = heard(node, sign, before, now);
  const isSilent = now >= heardAt + grace;
  return { sign, heardAt, isSilent, lookAt: isSilent ? now + grace : heardAt + grace };
}

function heard(node: Node, sign: string, before: Heartbeat | undefined, now: number): number {
  if (before === undefined)
    return readiness(node) === undefined ? Date.parse(node.metadata.creationTimestamp ?? "") || now : now;
  const hasSlept = now > before.lookAt + oversleep;
  return before.sign !== sign || hasSlept ? now : before.heardAt;
}
