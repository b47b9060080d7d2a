import type { Application } from "@catalyst/model/application";
import { reasons } from "@catalyst/model/condition";
import { simulatedNodeLabel } from "@catalyst/model/label";
import type { Condition } from "@catalyst/ports/kubernetes";
import { recoveryNotice } from "../release-recovery/notice.ts";
import type { ApplicationAction } from "./decide.ts";
import type { ApplicationFacts } from "./facts.ts";
import { type PhaseVerdict, podsReady, podsWanted } from "./phase.ts";

export type ConditionContent = Pick<Condition, "type" | "status" | "reason" | "message">;
export type ApplicationStatus = NonNullable<Application["status"]>;

/** What the status says besides its conditions. */
export function statusFields(
  facts: ApplicationFacts,
  verdict: PhaseVerdict,
  urlOf: (host: string) => string,
): Omit<ApplicationStatus, "conditions" | "observedGeneration"> {
  const newest = facts.helmRelease?.status?.history?.[0];
  const notice = facts.helmRelease === undefined ? undefined : recoveryNotice(facts.helmRelease);
  const hosts = facts.ingresses.flatMap(
    (ingress) => ingress.spec?.rules?.flatMap((rule) => (rule.host === undefined ? [] : [rule.host])) ?? [],
  );
  return {
    phase: verdict.phase,
    ...(verdict.why === undefined ? {} : { why: verdict.why }),
    ...(notice === undefined ? {} : { notice }),
    simulated: isSimulated(facts),
    endpoints: [...new Set(hosts)].sort().map((host) => ({ url: urlOf(host) })),
    pods: { ready: podsReady(facts), wanted: podsWanted(facts) },
    ...(newest === undefined
      ? {}
      : {
          applied: {
            version: newest.chartVersion.split("+")[0] ?? newest.chartVersion,
            digest: newest.ociDigest ?? "",
          },
        }),
    dependents: [...facts.dependents],
  };
}

/** Some of its Pods only pretend to run. Without Pods nothing is pretended. */
function isSimulated({ pods, nodes }: ApplicationFacts): boolean {
  const simulated = new Set(
    nodes
      .filter((node) => node.metadata.labels?.[simulatedNodeLabel] === "simulated")
      .map((node) => node.metadata.name),
  );
  return pods.some((pod) => pod.spec.nodeName !== undefined && simulated.has(pod.spec.nodeName));
}

/** The conditions of an Application, from its phase. */
export function conditionsOf(action: ApplicationAction, verdict: PhaseVerdict): readonly ConditionContent[] {
  const message = verdict.why?.sentence ?? "";
  switch (verdict.phase) {
    case "Running":
      return [ready("True", reasons.ready, "It is running."), reconciling("False"), stalled("False")];
    case "Paused":
      return [ready("False", reasons.suspended, "It is paused."), reconciling("False"), stalled("False")];
    case "Failed": {
      const reason = action.kind === "refuse" ? action.reason : "Failed";
      return [
        ready("False", reason, message),
        reconciling("False"),
        stalled(action.kind === "refuse" ? "True" : "False", reason, message),
      ];
    }
    case "Deleting":
      return [
        ready("False", reasons.deleting, message),
        reconciling("True", reasons.deleting, message),
        stalled("False"),
      ];
    case "Degraded":
      return [ready("False", "Degraded", message), reconciling("False"), stalled("False")];
    case "Pending":
    case "PendingApproval":
    case "Installing":
    case "Updating": {
      const reason = action.kind === "wait-for-value" ? action.missing.reason : reasons.progressing;
      return [ready("Unknown", reason, message), reconciling("True", reason, message), stalled("False")];
    }
  }
}

function ready(status: Condition["status"], reason: string, message: string): ConditionContent {
  return { type: "Ready", status, reason, message };
}

function reconciling(status: Condition["status"], reason = "Settled", message = ""): ConditionContent {
  return { type: "Reconciling", status, reason, message };
}

function stalled(status: Condition["status"], reason = "NotStalled", message = ""): ConditionContent {
  return { type: "Stalled", status, reason, message };
}
