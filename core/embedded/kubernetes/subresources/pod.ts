import { isObject } from "@catalyst/base/json";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { reviewPosted } from "../admission/reviews.ts";
import { badRequest, labelSelectorOf, StatusError } from "../machinery/index.ts";
import { type Answer, document } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { readDryRun, readValue } from "../verbs/body.ts";
import { removeObject, unreviewed } from "../verbs/delete.ts";
import { parseDeleteOptions } from "../verbs/delete-options.ts";
import { stored } from "../verbs/read.ts";

const success = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };

/** Answers POST of an Eviction: deletes a Pod unless a disruption budget forbids it (429). */
export async function evict(call: Call): Promise<Answer> {
  const posted = (await readValue(call)) ?? {};
  if (!isObject(posted)) throw badRequest("the body is no Eviction");
  const eviction = await reviewPosted(call, posted);
  const options = parseDeleteOptions(call, eviction["deleteOptions"] ?? {});
  const { object: pod } = stored(call);
  const { phase } = (pod.status ?? {}) as { readonly phase?: string };
  const needsBudget =
    pod.metadata.deletionTimestamp === undefined &&
    phase !== "Succeeded" &&
    phase !== "Failed" &&
    phase !== "Pending";
  if (needsBudget) checkBudgets(call, pod);
  const dryRun = options.dryRun || readDryRun(call);
  // Admission was asked about the eviction; the deletion it comes to isn't another question.
  await removeObject({ ...call, kind: podKind(call) }, pod.metadata, { ...options, dryRun }, unreviewed);
  return document(success, 201);
}

function podKind(call: Call) {
  return call.cluster.kinds.find("", "v1", "pods")!;
}

function checkBudgets(call: Call, pod: KubeObject): void {
  const budgets = call.cluster
    .list("policy/poddisruptionbudgets", true, pod.metadata.namespace)
    .map((entry) => entry.object)
    .filter((budget) =>
      labelSelectorOf((budget.spec as { selector?: unknown } | undefined)?.selector).matches(
        pod.metadata.labels,
      ),
    );
  if (budgets.length > 1) {
    throw new StatusError(
      500,
      "InternalError",
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    );
  }
  const [budget] = budgets;
  if (budget === undefined) return;
  const status = (budget.status ?? {}) as Record<string, number | undefined>;
  if ((status["disruptionsAllowed"] ?? 0) > 0) return;
  const message = "Cannot evict pod as it would violate the pod's disruption budget.";
  const { name } = budget.metadata;
  const detail = `The disruption budget ${name} needs ${status["desiredHealthy"] ?? 0} healthy pods and has ${status["currentHealthy"] ?? 0} currently`;
  throw new StatusError(429, "TooManyRequests", message, {
    causes: [{ reason: "DisruptionBudget", message: detail, field: "" }],
  });
}
