import { cpus, totalmem } from "node:os";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { hostAddress } from "./host-address.ts";
import { amountOf } from "./quantity.ts";

/** The value of a downward API field (`metadata.labels['x']`, `status.podIP`); undefined for one unknown. */
export function podField(pod: Pod, fieldPath: string, address: string): string | undefined {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(fieldPath);
  if (keyed !== null) return pod.metadata[keyed[1] as "labels" | "annotations"]?.[keyed[2] ?? ""] ?? "";
  switch (fieldPath) {
    case "metadata.name":
      return pod.metadata.name;
    case "metadata.namespace":
      return pod.metadata.namespace ?? "";
    case "metadata.uid":
      return pod.metadata.uid ?? "";
    case "metadata.labels":
      return listed(pod.metadata.labels);
    case "metadata.annotations":
      return listed(pod.metadata.annotations);
    case "spec.nodeName":
      return pod.spec.nodeName ?? "";
    case "spec.serviceAccountName":
      return pod.spec.serviceAccountName ?? "default";
    case "status.podIP":
    case "status.podIPs":
      return address;
    case "status.hostIP":
    case "status.hostIPs":
      return hostAddress;
    default:
      return undefined;
  }
}

function listed(values: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(values ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join("\n");
}

/**
 * A container's limit or request (`limits.memory`), in units of the divisor, rounded up. Who has no limit has that of
 * the machine.
 */
export function resourceField(container: Container, resource: string, divisor = "1"): string {
  const dot = resource.indexOf(".");
  const [list, name] = [resource.slice(0, dot), resource.slice(dot + 1)];
  const { limits, requests } = container.resources ?? {};
  const amount = list === "requests" ? requests?.[name] : (limits?.[name] ?? machineAmount(name));
  return String(Math.ceil(amountOf(amount ?? 0) / (amountOf(divisor) || 1)));
}

function machineAmount(resource: string): number {
  if (resource === "cpu") return cpus().length;
  return resource === "memory" ? totalmem() : 0;
}
