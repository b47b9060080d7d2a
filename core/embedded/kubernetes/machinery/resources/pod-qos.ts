import { jsonEqual } from "@catalyst/base/json";
import { parseQuantity } from "@catalyst/base/quantity";
import { at, each, type Fields } from "./fields.ts";

const counted = ["cpu", "memory"];

/** The quality of service a Pod's requests and limits of cpu and memory amount to. */
export function podQosClass(pod: Fields): "Guaranteed" | "Burstable" | "BestEffort" {
  const spec = at(pod, "spec");
  const containers = [...each(spec, "initContainers"), ...each(spec, "containers")].map((container) => ({
    limits: amounts(at(container, "resources", "limits")),
    requests: amounts(at(container, "resources", "requests")),
  }));
  const any = containers.some(({ limits, requests }) => limits.length > 0 || requests.length > 0);
  if (!any) return "BestEffort";
  const guaranteed = containers.every(
    ({ limits, requests }) => limits.length === counted.length && jsonEqual(limits, requests),
  );
  return guaranteed ? "Guaranteed" : "Burstable";
}

function amounts(list: Fields): readonly string[] {
  return counted.flatMap((name) => {
    const value = list[name];
    const nanos = typeof value === "string" ? (parseQuantity(value)?.nanos ?? 0n) : 0n;
    return nanos > 0n ? [`${name}=${nanos}`] : [];
  });
}
