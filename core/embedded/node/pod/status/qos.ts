import type { Pod } from "@catalyst/ports/kubernetes";

const resources = ["cpu", "memory"];

/** The quality of service class, from requests and limits of processor and memory. */
export function qosOf(pod: Pod): string {
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map(
    (container) => container.resources,
  );
  const named = (amounts: Readonly<Record<string, unknown>> | undefined) =>
    resources.filter((resource) => amounts?.[resource] !== undefined);
  if (all.every((each) => named(each?.limits).length + named(each?.requests).length === 0))
    return "BestEffort";
  const guaranteed = all.every((each) =>
    resources.every((resource) => {
      const limit = each?.limits?.[resource];
      return limit !== undefined && (each?.requests?.[resource] ?? limit) === limit;
    }),
  );
  return guaranteed ? "Guaranteed" : "Burstable";
}
