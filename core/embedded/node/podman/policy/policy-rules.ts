import { sha256Hex } from "@catalyst/base/digest";
import {
  type Namespace,
  type NetworkPolicy,
  type NetworkPolicyPeer,
  type NetworkPolicyPort,
  type Pod,
  selects,
} from "@catalyst/ports/kubernetes";
import { rangesWithout } from "./address-range.ts";

/** What one cluster's rules are made of. */
export interface PolicyFacts {
  readonly cluster: string;
  readonly policies: readonly NetworkPolicy[];
  readonly pods: readonly Pod[];
  readonly namespaces: readonly Namespace[];
}

/** Rules by chain, as lines of `iptables-restore` without the chain they are of. */
export type PolicyChains = ReadonlyMap<string, readonly string[]>;

/** Whether a policy's rules are about who calls its Pods, or about whom these call. */
type Direction = "Ingress" | "Egress";

/** A Pod with its address. */
interface AddressedPod {
  readonly pod: Pod;
  readonly address: string;
}

/** The side of a packet that is the Pod's own, and the other one. */
const sides = { Ingress: { own: "-d", other: "-s" }, Egress: { own: "-s", other: "-d" } } as const;

/**
 * The packet rules that NetworkPolicies stand for. The chain `root` sees every packet that is sent on between Pods, or
 * between a Pod and elsewhere: what belongs to a connection that was let passes, and every Pod that a policy selects
 * has a chain for each direction, which returns what some policy lets and rejects the rest (Kubernetes' "Network
 * Policies"). Pods with the same rules share a chain. What the machine itself sends, such as a probe, isn't
 * sent on, and so is always let.
 */
export function policyChains(root: string, clusters: readonly PolicyFacts[]): PolicyChains {
  const chains = new Map<string, readonly string[]>();
  const jumps: string[] = [];
  for (const facts of clusters) {
    const all = addressed(facts.pods);
    const namespaces = new Map(
      facts.namespaces.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]),
    );
    for (const direction of ["Egress", "Ingress"] as const) {
      for (const own of all) {
        const policies = facts.policies.filter((policy) => isFor(policy, own.pod, direction));
        if (policies.length === 0) continue;
        const lines = policies.flatMap((policy) => allowed(policy, direction, own.pod, all, namespaces));
        const content = [...new Set(lines), "-j REJECT"];
        const chain = `${root}-${sha256Hex([facts.cluster, direction, ...content].join("\n")).slice(0, 11)}`;
        chains.set(chain, content);
        jumps.push(`${sides[direction].own} ${own.address}/32 -j ${chain}`);
      }
    }
  }
  if (jumps.length === 0) return chains;
  return chains.set(root, ["-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN", ...jumps.sort()]);
}

function addressed(pods: readonly Pod[]): readonly AddressedPod[] {
  return pods.flatMap((pod) => {
    const address = pod.status?.podIP;
    const isOver = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
    // A Pod on the machine's own network has the machine's address.
    return address === undefined || isOver || pod.spec.hostNetwork === true ? [] : [{ pod, address }];
  });
}

function isFor({ metadata, spec }: NetworkPolicy, pod: Pod, direction: Direction): boolean {
  const types = spec?.policyTypes ?? (spec?.egress === undefined ? ["Ingress"] : ["Ingress", "Egress"]);
  return (
    metadata.namespace === pod.metadata.namespace &&
    types.includes(direction) &&
    selects(spec?.podSelector ?? {}, pod.metadata.labels)
  );
}

/** One line for each pair of a peer and a port that a policy lets. */
function allowed(
  { metadata, spec }: NetworkPolicy,
  direction: Direction,
  own: Pod,
  all: readonly AddressedPod[],
  namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>,
): readonly string[] {
  const rules =
    direction === "Ingress"
      ? (spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
      : (spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
  const { other } = sides[direction];
  return rules.flatMap(({ peers = [], ports = [] }) => {
    const found =
      peers.length === 0
        ? [{ range: undefined, pod: undefined }]
        : peers.flatMap((peer) => peerRanges(peer, metadata.namespace, all, namespaces));
    return found.flatMap(({ range, pod }) => {
      const address = range === undefined ? [] : [`${other} ${range}`];
      // A name of a port is the called Pod's.
      const called = direction === "Ingress" ? own : pod;
      return (ports.length === 0 ? [[]] : ports.flatMap((port) => portMatches(port, called))).map((match) =>
        [...address, ...match, "-j RETURN"].join(" "),
      );
    });
  });
}

interface PeerRange {
  readonly range: string | undefined;
  readonly pod: Pod | undefined;
}

function peerRanges(
  { ipBlock, podSelector, namespaceSelector }: NetworkPolicyPeer,
  namespace: string | undefined,
  all: readonly AddressedPod[],
  namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>,
): readonly PeerRange[] {
  if (ipBlock !== undefined)
    return rangesWithout(ipBlock.cidr, ipBlock.except ?? []).map((range) => ({ range, pod: undefined }));
  const isInside = ({ metadata }: Pod) =>
    namespaceSelector === undefined
      ? metadata.namespace === namespace
      : selects(namespaceSelector, namespaces.get(metadata.namespace ?? ""));
  return all
    .filter(({ pod }) => isInside(pod) && selects(podSelector ?? {}, pod.metadata.labels))
    .map(({ pod, address }) => ({ range: `${address}/32`, pod }));
}

/** How packets to a port look; a name that the called Pod doesn't have lets nothing. */
function portMatches(
  { protocol = "TCP", port, endPort }: NetworkPolicyPort,
  called: Pod | undefined,
): string[][] {
  const match = [`-p ${protocol.toLowerCase()}`];
  if (port === undefined) return [match];
  if (typeof port === "number")
    return [[...match, `--dport ${endPort === undefined ? port : `${port}:${endPort}`}`]];
  const numbers = (called?.spec.containers ?? [])
    .flatMap((container) => container.ports ?? [])
    .filter((each) => each.name === port && (each.protocol ?? "TCP") === protocol)
    .map((each) => each.containerPort);
  return [...new Set(numbers)].map((number) => [...match, `--dport ${number}`]);
}
