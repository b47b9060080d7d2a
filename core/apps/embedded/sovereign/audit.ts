import { randomUUID } from "node:crypto";
import type { AuditEntry } from "@catalyst/api";
import { type Clock, rfc3339 } from "@catalyst/base/clock";
import type { Logger } from "@catalyst/base/logger";
import type { ActivityView } from "@catalyst/model/view";
import { type EventSpine, subjectOf } from "@catalyst/ports/events";
import { managementCluster } from "@catalyst/ports/kubernetes";
import { eventTypes } from "@catalyst/projector";

/** Records who changed what, or tried to, in the scope it concerns, and in the log. */
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
    const scope = entry.environment ?? managementCluster;
    const data: ActivityView = { ...withoutUndefined(entry), id, time, surface: "api" };
    await spine.publish(subjectOf("ws", scope, "audit", id), {
      specversion: "1.0",
      id,
      source: "/v1",
      type: eventTypes.activity,
      time,
      data,
    });
  };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
