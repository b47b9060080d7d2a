import { describeError } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import type { AuditEvent, AuditOptions, AuditPolicy } from "@catalyst/embedded-kubernetes";
import { type CatalystEvent, type EventSpine, eventType, subjectOf } from "@catalyst/ports/events";
import { platformAccount } from "./access.ts";

/**
 * What people and programs from elsewhere change in a cluster, or try to with a wrong credential, and their reading of
 * secret values. What Catalyst
 * itself does follows from commits and calls of its API, which have an audit of their own.
 */
export const clusterAuditPolicy: AuditPolicy = {
  omitStages: ["RequestReceived"],
  rules: [
    { level: "None", users: [platformAccount.user] },
    { level: "Metadata", resources: [{ group: "", resources: ["secrets", "serviceaccounts/token"] }] },
    {
      level: "Metadata",
      resources: [{ group: "", resources: ["pods/exec", "pods/attach", "pods/portforward"] }],
      omitStages: ["ResponseStarted"],
    },
    { level: "None", verbs: ["get", "list", "watch", "head", "options"] },
    // their end tells of connections; a wrong credential is told of when it is answered
    { level: "Request", resources: [{ group: "", resources: ["*/proxy"] }], omitStages: ["ResponseStarted"] },
    { level: "None", resources: [{ group: "authorization.k8s.io" }, { group: "authentication.k8s.io" }] },
    { level: "Metadata", resources: [{ group: "coordination.k8s.io" }, { group: "events.k8s.io" }] },
    { level: "Metadata", resources: [{ group: "", resources: ["events"] }] },
    { level: "Request" },
  ],
};

/** Events that may wait to be written; what comes while the log can't take more is dropped, and that is told. */
const waitingLimit = 10_000;

/** Writes what callers ask of the clusters into the log, in the scope of each: those that come together at once. */
export function clusterAudit(spine: EventSpine, logger: Logger): AuditOptions {
  let waiting: { readonly subject: string; readonly event: CatalystEvent<AuditEvent> }[] = [];
  let isWriting = false;
  let dropped = 0;
  const writeAll = async () => {
    while (waiting.length > 0) {
      const events = waiting;
      waiting = [];
      await spine.publishAll(events).catch((error: unknown) => {
        logger.error("audit events couldn't be written", {
          count: events.length,
          error: describeError(error),
        });
      });
      if (dropped > 0) logger.error("audit events were dropped", { count: dropped });
      dropped = 0;
    }
    isWriting = false;
  };
  return {
    policy: clusterAuditPolicy,
    write: (cluster, event) => {
      if (waiting.length >= waitingLimit) {
        dropped++;
        return;
      }
      const id = `${event.auditID}-${event.stage}`;
      const source = `/clusters/${cluster}`;
      const type = eventType("audit", "request");
      const envelope = {
        specversion: "1.0",
        id,
        source,
        type,
        time: event.stageTimestamp,
        data: event,
      } as const;
      waiting.push({ subject: subjectOf("ws", cluster, "audit", id), event: envelope });
      if (isWriting) return;
      isWriting = true;
      setImmediate(() => void writeAll());
    },
  };
}
