import { sha256Hex } from "@catalyst/base/digest";
import type { EndpointSlice, Service } from "@catalyst/ports/kubernetes";
import { apiNames } from "./dns/cluster-names.ts";

/** What one cluster's rules are made of. */
export interface ClusterRules {
  readonly subnet: string;
  readonly gateway: string;
  /** The cluster's name server, a port of the loopback. */
  readonly namePort: number;
  /** The cluster's API, a port of the loopback; undefined when Pods can't reach it. */
  readonly apiPort: number | undefined;
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
}

/** Names of our chains: in `nat` before routing and after it, in `filter` where they pass, come in or leave. */
export interface Chains {
  readonly services: string;
  readonly replies: string;
  readonly unanswered: string;
}

/** Where a cluster's Service `kubernetes` is. */
const [apiAddress] = apiNames.addresses;
/** The range Services' addresses come from. */
const serviceRange = "10.96.0.0/12";
/** The range that holds every cluster's subnet. */
const podRange = "10.128.0.0/9";

/**
 * The packet rules by which Pods reach Services, as input of `iptables-restore --noflush`. Each rule holds for
 * packets from the cluster's own subnet alone. A packet to a Service goes to one of its ready Pods, each with
 * the same likelihood; what goes back to the same bridge takes the way through this machine, so that the
 * answer finds back. A Service without ready Pods, or of another cluster, refuses at once: its address must not
 * be looked for outside this machine. So do the Pods of other clusters, of this Sovereign or another
 * (security case 27): podman's own isolation of its networks depends on its version.
 */
export function serviceRules(chains: Chains, clusters: readonly ClusterRules[]): string {
  const lines = clusters.flatMap((cluster) => [
    ...["udp", "tcp"].flatMap((protocol) =>
      redirect(chains, cluster, protocol, cluster.gateway, 53, [`127.0.0.1:${cluster.namePort}`]),
    ),
    ...(cluster.apiPort === undefined
      ? []
      : [cluster.gateway, apiAddress].flatMap((address) =>
          redirect(chains, cluster, "tcp", address, 443, [`127.0.0.1:${cluster.apiPort}`]),
        )),
    ...cluster.services.flatMap((service) => rulesOf(chains, cluster, service)),
    `-A ${chains.replies} -s ${cluster.subnet} -d ${cluster.subnet} -m conntrack --ctstate DNAT -j MASQUERADE`,
  ]);
  const refusals = clusters.flatMap(({ subnet }) => [
    // A packet that leaves by the bridge it came from makes the kernel point its sender at a shorter way, on
    // which the Service's address means nothing.
    `-A ${chains.unanswered} -d ${subnet} -p icmp --icmp-type redirect -j DROP`,
    `-A ${chains.unanswered} -s ${subnet} -d ${serviceRange} -j REJECT`,
    `-A ${chains.unanswered} -s ${subnet} -d ${subnet} -j RETURN`,
    `-A ${chains.unanswered} -s ${subnet} -d ${podRange} -j REJECT`,
    // The bridge lets packets on to the loopback: only what the rules above sent there may go (CVE-2020-8558).
    `-A ${chains.unanswered} -s ${subnet} -d 127.0.0.0/8 -m conntrack ! --ctstate DNAT -j DROP`,
  ]);
  return [
    ...table("nat", [chains.services, chains.replies], lines),
    ...table("filter", [chains.unanswered], refusals),
    "",
  ].join("\n");
}

/** Naming a chain empties it, and all of a table changes at once. */
function table(name: string, chains: readonly string[], lines: readonly string[]): readonly string[] {
  return [`*${name}`, ...chains.map((chain) => `:${chain} - [0:0]`), ...lines, "COMMIT"];
}

/** The rules of a Service at its own address; one of elsewhere (`externalIPs`) could be anybody's (CVE-2020-8554). */
function rulesOf(chains: Chains, cluster: ClusterRules, service: Service): readonly string[] {
  const { clusterIP, ports = [] } = service.spec;
  if (clusterIP === undefined || clusterIP === "" || clusterIP === "None") return [];
  const { name, namespace } = service.metadata;
  const slices = cluster.slices.filter(
    (slice) =>
      slice.metadata.namespace === namespace &&
      slice.metadata.labels?.["kubernetes.io/service-name"] === name,
  );
  return ports.flatMap((port) => {
    const protocol = (port.protocol ?? "TCP").toLowerCase();
    const targets = [...new Set(targetsOf(slices, port.name ?? ""))].sort();
    return redirect(chains, cluster, protocol, clusterIP, port.port, targets, affinityOf(service));
  });
}

/** Seconds for which a caller keeps the Pod it got; undefined when each connection may get another one. */
function affinityOf({ spec }: Service): number | undefined {
  if (spec.sessionAffinity !== "ClientIP") return undefined;
  return spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800;
}

/** Ready Pods; when there are none, those that still serve while they end. */
function targetsOf(slices: readonly EndpointSlice[], portName: string): readonly string[] {
  const all = slices.flatMap((slice) => {
    const number = slice.ports?.find((port) => (port.name ?? "") === portName)?.port;
    return number === undefined ? [] : (slice.endpoints ?? []).map((endpoint) => ({ ...endpoint, number }));
  });
  const ready = all.filter(({ conditions }) => conditions?.ready === true);
  const ending = all.filter(
    ({ conditions }) => conditions?.serving === true && conditions.terminating === true,
  );
  return (ready.length > 0 ? ready : ending).flatMap(({ addresses, number }) =>
    addresses.map((address) => `${address}:${number}`),
  );
}

/**
 * Each of n targets gets the same share: the first 1/n, the second 1/(n-1) of the rest, and so on. With an affinity the
 * kernel remembers by a list for each target who called it, and asks these lists first.
 */
function redirect(
  chains: Chains,
  cluster: ClusterRules,
  protocol: string,
  address: string,
  port: number,
  targets: readonly string[],
  affinity?: number,
): readonly string[] {
  const match = `-A ${chains.services} -s ${cluster.subnet} -d ${address}/32 -p ${protocol} --dport ${port}`;
  const isSticky = affinity !== undefined && targets.length > 1;
  const callersOf = (target: string) =>
    `-m recent --name CAT-${sha256Hex([match, target].join(" ")).slice(0, 16)}`;
  const known = isSticky
    ? targets.map(
        (target) =>
          `${match} ${callersOf(target)} --update --seconds ${affinity} --reap -j DNAT --to-destination ${target}`,
      )
    : [];
  const shared = targets.map((target, index) => {
    const left = targets.length - index;
    const share = left === 1 ? "" : ` -m statistic --mode random --probability ${(1 / left).toFixed(10)}`;
    const remember = isSticky ? ` ${callersOf(target)} --set` : "";
    return `${match}${share}${remember} -j DNAT --to-destination ${target}`;
  });
  return [...known, ...shared];
}
