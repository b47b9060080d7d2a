import { sha256Hex } from "@catalyst/base/digest";
import {
  type ClusterName,
  type EndpointSlice,
  endpointSlices,
  type ResourceType,
  type Service,
  services,
} from "@catalyst/ports/kubernetes";
import type { Controller, ObjectCache } from "@catalyst/reconciler";
import { answerName } from "./dns/cluster-names.ts";
import { NameServer } from "./dns/name-server.ts";
import type { ClusterNetwork } from "./network.ts";
import { hookChain, removeChain, restoreRules } from "./packet-filter.ts";
import { Rounds } from "./rounds.ts";
import { type Chains, type ClusterRules, serviceRules } from "./service-rules.ts";

export interface ServiceNetworkOptions {
  /** Tells this Sovereign's rules from another's on the same machine. */
  readonly folder: string;
  /** The loopback port at which a cluster's API is served at `/` over TLS; undefined: not from Pods. */
  readonly apiPort?: ((cluster: ClusterName) => Promise<number | undefined>) | undefined;
}

interface ClusterState {
  readonly network: ClusterNetwork;
  readonly names: NameServer;
}

/**
 * Lets Pods reach Services by address and by name. Addresses are translated by the kernel (iptables), so that
 * connections cost nothing here and go on while the Sovereign restarts; names are answered by this process.
 */
export class ServiceNetwork {
  readonly #options: ServiceNetworkOptions;
  readonly #chains: Chains;
  readonly #clusters = new Map<ClusterName, Promise<ClusterState>>();
  #cache: ObjectCache | undefined;
  #applied = "";
  readonly #rounds = new Rounds(() => this.#round());

  constructor(options: ServiceNetworkOptions) {
    this.#options = options;
    this.#chains = chainsOf(options.folder);
  }

  /** Reads Services and endpoints from here from now on. */
  use(cache: ObjectCache): void {
    this.#cache = cache;
  }

  /**
   * Takes in all clusters whose Pods run, together: rules for some of them alone would take the others' away, and what
   * keeps these apart.
   */
  async takeOver(networks: ReadonlyMap<ClusterName, ClusterNetwork>): Promise<void> {
    const added = [...networks].filter(([cluster]) => !this.#clusters.has(cluster));
    await Promise.all(added.map(([cluster, network]) => this.#take(cluster, network)));
    if (added.length > 0) await this.#applyKnown();
  }

  /** Takes a cluster in when it gets its first Pod. */
  async join(cluster: ClusterName, network: ClusterNetwork): Promise<void> {
    const known = this.#clusters.get(cluster);
    if (known !== undefined) return void (await known);
    await this.#take(cluster, network);
    await this.#applyKnown();
  }

  /** Lets a cluster go when its network is gone. */
  async leave(cluster: ClusterName): Promise<void> {
    const known = this.#clusters.get(cluster);
    this.#clusters.delete(cluster);
    (await known)?.names.close();
    await this.#rounds.settled();
    if (this.#clusters.size > 0) return this.apply();
    this.#applied = "";
    await removeServiceRules(this.#chains);
  }

  /** Keeps the rules equal to the Services and their endpoints. */
  controller(): Controller<Service> {
    return {
      name: "service-network",
      type: services,
      triggers: [
        {
          type: endpointSlices as ResourceType,
          requests: (cluster, slice) => {
            const name = slice.metadata.labels?.["kubernetes.io/service-name"];
            return name === undefined ? [] : [{ cluster, namespace: slice.metadata.namespace, name }];
          },
        },
      ],
      reconcile: async (request, context) => {
        this.use(context.cache);
        if (this.#clusters.has(request.cluster)) await this.apply();
        return { outcome: "settled" };
      },
    };
  }

  /** Writes all rules anew, when they differ; calls that come meanwhile share the next round. */
  apply(): Promise<void> {
    return this.#rounds.run();
  }

  async close(): Promise<void> {
    for (const cluster of this.#clusters.values()) (await cluster).names.close();
  }

  /** From now on rounds wait for the cluster's name server to be there. */
  #take(cluster: ClusterName, network: ClusterNetwork): Promise<ClusterState> {
    const joining = this.#open(cluster, network);
    this.#clusters.set(cluster, joining);
    joining.catch(() => this.#clusters.delete(cluster));
    return joining;
  }

  /** Before the first look at the Services the rules of an earlier run stay as they are. */
  async #applyKnown(): Promise<void> {
    if (this.#cache !== undefined) await this.apply();
  }

  async #round(): Promise<void> {
    const rules = serviceRules(this.#chains, await Promise.all([...this.#clusters].map(this.#rulesOf)));
    if (rules === this.#applied) return;
    await restoreRules(rules);
    // Before podman's own rules, which would let packets pass that must come back through this machine.
    for (const [table, from, to] of hooksOf(this.#chains)) await hookChain(table, from, to);
    this.#applied = rules;
  }

  readonly #rulesOf = async ([cluster, state]: [
    ClusterName,
    Promise<ClusterState>,
  ]): Promise<ClusterRules> => {
    const { network, names } = await state;
    return {
      subnet: network.subnet,
      gateway: network.gateway,
      namePort: names.port,
      apiPort: await this.#options.apiPort?.(cluster),
      services: this.#cache?.list<Service>(cluster, services) ?? [],
      slices: this.#cache?.list<EndpointSlice>(cluster, endpointSlices) ?? [],
    };
  };

  async #open(cluster: ClusterName, network: ClusterNetwork): Promise<ClusterState> {
    const names = await NameServer.open((name) =>
      this.#cache === undefined
        ? undefined
        : answerName({ cache: this.#cache, cluster, api: network.gateway }, name),
    );
    return { network, names };
  }
}

async function removeServiceRules(chains: Chains): Promise<void> {
  for (const [table, from, to] of hooksOf(chains)) await removeChain(table, from, to);
}

/** Table, the kernel's own chain, and ours that it passes through. */
function hooksOf(chains: Chains): readonly (readonly [string, string, string])[] {
  return [
    ["nat", "PREROUTING", chains.services],
    ["nat", "POSTROUTING", chains.replies],
    ["filter", "INPUT", chains.unanswered],
    ["filter", "OUTPUT", chains.unanswered],
    ["filter", "FORWARD", chains.unanswered],
  ];
}

function chainsOf(folder: string): Chains {
  const mark = sha256Hex(folder).slice(0, 8).toUpperCase();
  return {
    services: `CATALYST-SVC-${mark}`,
    replies: `CATALYST-RPL-${mark}`,
    unanswered: `CATALYST-UNA-${mark}`,
  };
}
