import type { PodIdentity } from "@catalyst/ports/containers";
import type { Pod } from "@catalyst/ports/kubernetes";
import { clusterDomain } from "./dns/cluster-names.ts";
import { kernelHostName } from "./hosts-file.ts";
import { label, labelsOf, podName } from "./labels.ts";
import type { ClusterNetwork } from "./network.ts";

/** Podman's description of a Pod's sandbox. */
export function sandboxSpec(
  identity: PodIdentity,
  pod: Pod,
  network: ClusterNetwork,
): Readonly<Record<string, unknown>> {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace, securityContext } = pod.spec;
  const shared = ["net", "uts", ...(hostIPC === true ? [] : ["ipc"])];
  const sysctls = securityContext?.sysctls ?? [];
  return {
    name: podName(identity),
    hostname: kernelHostName(pod),
    labels: { ...labelsOf(identity), [label.grace]: String(podGrace(pod)) },
    shared_namespaces: shareProcessNamespace === true ? [...shared, "pid"] : shared,
    netns: { nsmode: hostNetwork === true ? "host" : "bridge" },
    ...(hostPID === true ? { pidns: { nsmode: "host" } } : {}),
    ...(sysctls.length === 0
      ? {}
      : { sysctl: Object.fromEntries(sysctls.map(({ name, value }) => [name, value])) }),
    ...(hostNetwork === true ? {} : { Networks: { [network.name]: {} } }),
    // The hosts file is ours: its entries are Kubernetes' own.
    no_manage_hosts: true,
    ...dnsOf(pod, identity, network),
  };
}

/** Kubernetes' own default, in seconds. */
export const defaultGrace = 30;

function podGrace(pod: Pod): number {
  return pod.spec.terminationGracePeriodSeconds ?? defaultGrace;
}

/** Where a Pod's containers look up names, by its policy, with what it adds itself. */
function dnsOf(pod: Pod, { namespace }: PodIdentity, network: ClusterNetwork) {
  const { dnsPolicy = "ClusterFirst", dnsConfig = {}, hostNetwork } = pod.spec;
  const isClusters =
    dnsPolicy === "ClusterFirstWithHostNet" || (dnsPolicy === "ClusterFirst" && hostNetwork !== true);
  const own = (dnsConfig.options ?? []).map(({ name = "", value }) =>
    value === undefined ? name : `${name}:${value}`,
  );
  const servers = [...(isClusters ? [network.gateway] : []), ...(dnsConfig.nameservers ?? [])];
  const searches = [...(isClusters ? searchesOf(namespace) : []), ...(dnsConfig.searches ?? [])];
  const options = isClusters && !hasNdots(own) ? ["ndots:5", ...own] : own;
  return {
    ...(servers.length === 0 ? {} : { dns_server: [...new Set(servers)] }),
    ...(searches.length === 0 ? {} : { dns_search: [...new Set(searches)] }),
    ...(options.length === 0 ? {} : { dns_option: options }),
  };
}

function searchesOf(namespace: string): readonly string[] {
  return [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
}

function hasNdots(options: readonly string[]): boolean {
  return options.some((option) => option.startsWith("ndots:"));
}
