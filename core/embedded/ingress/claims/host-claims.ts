import type { Clock } from "@catalyst/base/clock";
import {
  type ClusterName,
  type Clusters,
  gateways,
  httpRoutes,
  ingresses,
  isKubernetesError,
  type Lease,
  leases,
  managementCluster,
} from "@catalyst/ports/kubernetes";
import type { ObjectCache } from "@catalyst/reconciler";
import type { HostPattern } from "../routing/host.ts";
import { type Claim, claimOf, decideClaim, hostAnnotation, leaseName, needsClaim, oldest } from "./claim.ts";

/** Where claims are kept: Leases of the management cluster. */
export const claimNamespace = "kube-system";

/**
 * Which cluster a host belongs to, over all clusters (security-cases.md 41). A claim is a Lease: whoever makes it first
 * has the host for as long as an object of theirs names it. An object's age says nothing, since hosts are added to old
 * objects too.
 */
export class HostClaims {
  readonly #clusters: Clusters;
  readonly #clock: Clock;
  /** One at a time for each host. */
  readonly #settling = new Map<HostPattern, Promise<void>>();
  #cache: ObjectCache | undefined;

  constructor(clusters: Clusters, clock: Clock) {
    this.#clusters = clusters;
    this.#clock = clock;
  }

  /** Reads claims from here from now on. */
  use(cache: ObjectCache): void {
    this.#cache = cache;
  }

  /** Every claim there is. */
  all(): readonly Claim[] {
    const found = this.#cache?.list<Lease>(managementCluster, leases, claimNamespace) ?? [];
    return found.flatMap((lease) => claimOf(lease) ?? []);
  }

  /** The cluster that has the first claim on one of the patterns that a host fits. */
  ownerOf(patterns: readonly HostPattern[]): ClusterName | undefined {
    const claims = patterns.flatMap((host) => {
      const key = { namespace: claimNamespace, name: leaseName(host) };
      const lease = this.#cache?.get<Lease>(managementCluster, leases, key);
      return (lease === undefined ? undefined : claimOf(lease)) ?? [];
    });
    return oldest(claims)?.cluster;
  }

  /** Gives a host to whom it belongs now, or lets it go. `claimants` are the clusters that name it, with since when. */
  async settle(host: HostPattern, claimants: () => ReadonlyMap<ClusterName, string>): Promise<void> {
    if (!needsClaim(host)) return;
    const last = this.#settling.get(host) ?? Promise.resolve();
    const next = last.catch(() => undefined).then(() => this.#settle(host, claimants()));
    this.#settling.set(host, next);
    try {
      await next;
    } finally {
      if (this.#settling.get(host) === next) this.#settling.delete(host);
    }
  }

  async #settle(host: HostPattern, claimants: ReadonlyMap<ClusterName, string>): Promise<void> {
    const client = this.#clusters.client(managementCluster);
    const key = { namespace: claimNamespace, name: leaseName(host) };
    const found = await client.find<Lease>(leases, key);
    const holder = found === undefined ? undefined : claimOf(found)?.cluster;
    const holds = holder !== undefined && (claimants.has(holder) || this.#isNamed(holder, host));
    const action = decideClaim(holder, holds, claimants);
    switch (action.type) {
      case "keep":
        return;
      case "release": {
        const { uid, resourceVersion } = found?.metadata ?? {};
        return unlessRaced(client.delete(leases, key, { uid, resourceVersion }));
      }
      case "take": {
        const acquireTime = new Date(this.#clock.now()).toISOString().replace("Z", "000Z");
        const lease: Lease = {
          apiVersion: "coordination.k8s.io/v1",
          kind: "Lease",
          metadata: { ...key, annotations: { [hostAnnotation]: host } },
          spec: { holderIdentity: action.cluster, acquireTime },
        };
        if (found === undefined) return unlessRaced(client.create(leases, lease));
        const { resourceVersion = "" } = found.metadata;
        return unlessRaced(
          client.update(leases, { ...lease, metadata: { ...lease.metadata, resourceVersion } }),
        );
      }
    }
  }

  /** After a start a holder's objects may be in the cache and not among the rules yet: their hosts stay theirs. */
  #isNamed(cluster: ClusterName, host: HostPattern): boolean {
    const name = host.replace(/^\*\*\./, "*.");
    const named = [
      ...(this.#cache?.list(cluster, ingresses) ?? []).flatMap(
        (ingress) => ingress.spec?.rules?.map((rule) => rule.host) ?? [],
      ),
      ...(this.#cache?.list(cluster, httpRoutes) ?? []).flatMap((route) => route.spec.hostnames ?? []),
      ...(this.#cache?.list(cluster, gateways) ?? []).flatMap((gateway) =>
        gateway.spec.listeners.map((listener) => listener.hostname),
      ),
    ];
    return named.includes(name);
  }
}

/** Another change came first: it wakes whoever must look again. */
async function unlessRaced(writing: Promise<unknown>): Promise<void> {
  await writing.catch((error: unknown) => {
    const raced = ["kubernetes-conflict", "kubernetes-already-exists", "kubernetes-not-found"] as const;
    if (!isKubernetesError(error, ...raced)) throw error;
  });
}
