import { parseQuantity } from "@catalyst/base/quantity";
import { at, each, type Fields } from "./fields.ts";

const counted = ["cpu", "memory"] as const;

type Sums = Map<string, bigint>;

function add(sums: Sums, amounts: Fields): number {
  let found = 0;
  for (const name of counted) {
    const value = amounts[name];
    const nanos = typeof value === "string" ? (parseQuantity(value)?.nanos ?? 0n) : 0n;
    if (nanos <= 0n) continue;
    found++;
    sums.set(name, (sums.get(name) ?? 0n) + nanos);
  }
  return found;
}

/**
 * The quality of service that a Pod's requests and limits of cpu and memory amount to: those of the Pod as a whole when
 * it has any, else its containers'.
 */
export function podQosClass(pod: Fields): "Guaranteed" | "Burstable" | "BestEffort" {
  const spec = at(pod, "spec");
  const containers = [...each(spec, "containers"), ...each(spec, "initContainers")];
  const holders = spec["resources"] === undefined ? containers : [spec];
  const requests: Sums = new Map();
  const limits: Sums = new Map();
  let isGuaranteed = true;
  for (const holder of holders) {
    add(requests, at(holder, "resources", "requests"));
    const limited = add(limits, at(holder, "resources", "limits"));
    const isSaid = holder !== spec || Object.keys(at(spec, "resources", "limits")).length > 0;
    if (isSaid && limited < counted.length) isGuaranteed = false;
  }
  if (requests.size === 0 && limits.size === 0) return "BestEffort";
  const isSame =
    requests.size === limits.size && counted.every((name) => requests.get(name) === limits.get(name));
  return isGuaranteed && isSame ? "Guaranteed" : "Burstable";
}
