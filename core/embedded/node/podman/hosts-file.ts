import type { Pod } from "@catalyst/ports/kubernetes";
import { clusterDomain } from "./dns/cluster-names.ts";

/** The host name of a Pod, and the domain it is in when it has one. Source: the kubelet's rules. */
export function hostNameOf(pod: Pod): { readonly name: string; readonly domain: string | undefined } {
  const { hostname, subdomain, hostnameOverride } = pod.spec;
  if (hostnameOverride !== undefined) return { name: cut(hostnameOverride), domain: undefined };
  const { namespace = "default" } = pod.metadata;
  const domain = subdomain ? `${subdomain}.${namespace}.svc.${clusterDomain}` : undefined;
  return { name: cut(hostname || pod.metadata.name), domain };
}

/** The kernel takes 63 characters, and a name doesn't end in a mark. */
function cut(name: string): string {
  return name.slice(0, 63).replace(/[-.]+$/, "");
}

/** What `hostname` prints in a Pod's containers. */
export function kernelHostName(pod: Pod): string {
  const { name, domain } = hostNameOf(pod);
  return pod.spec.setHostnameAsFQDN === true && domain !== undefined ? `${name}.${domain}` : name;
}

const loopback = `# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
`;

/** The `/etc/hosts` of a Pod's containers. */
export function hostsFile(pod: Pod, address: string): string {
  const { name, domain } = hostNameOf(pod);
  const names = domain === undefined ? name : `${name}.${domain}\t${name}`;
  const aliases = (pod.spec.hostAliases ?? []).map(
    ({ ip, hostnames = [] }) => `${ip}\t${hostnames.join("\t")}\n`,
  );
  const added = aliases.length === 0 ? "" : `\n# Entries added by HostAliases.\n${aliases.join("")}`;
  return `${loopback}${address}\t${names}\n${added}`;
}
