import { randomUUID } from "node:crypto";
import type { AuditEntry } from "@catalyst/api";
import { type Clock, rfc3339 } from "@catalyst/base/clock";
import type { Logger } from "@catalyst/base/logger";
import type { ActivityView } from "@catalyst/model/view";
import { type EventSpine, subjectOf } from "@catalyst/ports/events";
import { managementCluster } from "@catalyst/ports/kubernetes";
import { eventTypes } from "@catalyst/projector";

/**
 * Records who changed what, or tried to: in the log, in the Sovereign's scope, which keeps it for good, and in the
 * Environment it concerns, whose activity goes with it.
 */
export function openAudit(
  spine: EventSpine,
  clock: Clock,
  logger: Logger,
): (entry: AuditEntry) => Promise<void> {
  return async ({ commit, ...entry }) => {
    const { message, ...fields } = withoutUndefined({ ...entry, commit });
    logger.info(message, fields);
    const id = randomUUID();
    const time = rfc3339(clock.now());
    const surface = entry.surface ?? "api";
    const data: ActivityView = { ...withoutUndefined(entry), id, time, surface };
    const source = surface === "api" ? "/v1" : `/${surface}`;
    const event = { specversion: "1.0", id, source, type: eventTypes.activity, time, data } as const;
    await spine.publish(subjectOf("ws", managementCluster, "audit", id), event);
    if (entry.environment !== undefined)
      await spine.publish(subjectOf("ws", entry.environment, "audit", id), event);
  };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
