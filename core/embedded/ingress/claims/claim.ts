import type { ClusterName, Lease } from "@catalyst/ports/kubernetes";
import { anyHost, clusterOfHost, covers, type HostPattern } from "../routing/host.ts";

/** Says that a host is a cluster's, since a moment (RFC 3339 with microseconds). */
export interface Claim {
  readonly host: HostPattern;
  readonly cluster: ClusterName;
  readonly since: string;
}

/** The annotation of a claim's Lease that says which host it is for. */
export const hostAnnotation = "catalyst.openova.io/host";

/** Names a host's Lease. The first label tells a name from a wildcard, so that no two hosts share one. */
export function leaseName(host: HostPattern): string {
  if (host.startsWith("**.")) return `wildcards.${host.slice(3)}`;
  return host.startsWith("*.") ? `wildcard.${host.slice(2)}` : `host.${host}`;
}

/** Tells whether a host must be claimed: those of the platform, and no host at all, are each cluster's own. */
export function needsClaim(host: HostPattern): boolean {
  return host !== anyHost && clusterOfHost(host.replace(/^\*+/, "x")) === undefined;
}

/** Reads a claim; undefined for a Lease that is none. */
export function claimOf({ metadata, spec }: Lease): Claim | undefined {
  const host = metadata.annotations?.[hostAnnotation];
  const { holderIdentity, acquireTime } = spec ?? {};
  if (host === undefined || holderIdentity == null || acquireTime == null) return undefined;
  return { host, cluster: holderIdentity, since: acquireTime };
}

/** What is to be done with a host's claim. */
export type ClaimAction =
  | { readonly type: "keep" }
  | { readonly type: "take"; readonly cluster: ClusterName }
  | { readonly type: "release" };

/**
 * Decides who gets a host: whoever has it, as long as they name it; then who named it first. `claimants` are the
 * clusters that name it, with since when.
 */
export function decideClaim(
  holder: ClusterName | undefined,
  holds: boolean,
  claimants: ReadonlyMap<ClusterName, string>,
): ClaimAction {
  if (holder !== undefined && holds) return { type: "keep" };
  const [first] = [...claimants].sort(([a, sinceA], [b, sinceB]) =>
    `${sinceA}/${a}` < `${sinceB}/${b}` ? -1 : 1,
  );
  if (first !== undefined) return { type: "take", cluster: first[0] };
  return { type: holder === undefined ? "keep" : "release" };
}

/**
 * The cluster that keeps another one from having a host: it claimed the same host, or one that covers it, before.
 * Undefined when nothing does.
 */
export function ownerBefore(
  cluster: ClusterName,
  host: HostPattern,
  claims: readonly Claim[],
): ClusterName | undefined {
  if (!needsClaim(host)) {
    const platform = host === anyHost ? cluster : clusterOfHost(host.replace(/^\*+/, "x"));
    return platform === cluster ? undefined : platform;
  }
  const own = claims.find((claim) => claim.host === host && claim.cluster === cluster);
  return oldest(
    claims.filter(
      (claim) =>
        claim.cluster !== cluster && covers(claim.host, host) && (own === undefined || isBefore(claim, own)),
    ),
  )?.cluster;
}

/** The claim that was there first. */
export function oldest(claims: readonly Claim[]): Claim | undefined {
  return [...claims].sort((a, b) => (isBefore(a, b) ? -1 : 1))[0];
}

function isBefore(a: Claim, b: Claim): boolean {
  return `${a.since}/${a.host}` < `${b.since}/${b.host}`;
}
