import type { Step } from "../scenario.ts";

/** Waits until as many Pods have a place. */
export const placed = (count: number): Step => ({
  until: "v1/pods",
  count,
  matching: { status: { conditions: [{ type: "PodScheduled", status: "True" }] } },
});

/** Waits until the scheduler has said that a Pod has none. */
export const refused = (name: string): Step => ({
  until: "v1/pods",
  matching: { metadata: { name }, status: { conditions: [{ type: "PodScheduled", status: "False" }] } },
});

/** Waits until a Pod is given its time to end. */
export const leaving = (name: string): Step => ({
  until: "v1/pods",
  matching: { metadata: { name, deletionGracePeriodSeconds: 30 } },
});
