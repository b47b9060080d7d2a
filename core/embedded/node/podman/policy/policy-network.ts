import { sha256Hex } from "@catalyst/base/digest";
import { jsonEqual } from "@catalyst/base/json";
import {
  type ClusterName,
  type Namespace,
  type NetworkPolicy,
  namespaces,
  networkPolicies,
  type Pod,
  pods,
} from "@catalyst/ports/kubernetes";
import type { Controller, ObjectCache, ReconcileRequest, Trigger } from "@catalyst/reconciler";
import { type ClusterNetwork, filterPods } from "../network.ts";
import { chainsNamed, hookChain, removeChain, restoreRules } from "../packet-filter.ts";
import { Rounds } from "../rounds.ts";
import { type PolicyChains, policyChains } from "./policy-rules.ts";

/** What wakes all of a cluster's policies at once. */
const everything = "all";

/**
 * Enforces NetworkPolicies between the Pods of each cluster; Pods of different clusters never reach each other, with
 * policies or without. The kernel has the rules: they hold while the Sovereign is down, and are gone when it is
 * stopped. A Pod is free until its address is known here, a moment after it has started.
 */
export class PolicyNetwork {
  readonly #root: string;
  readonly #networks = new Map<ClusterName, ClusterNetwork>();
  #cache: ObjectCache | undefined;
  /** Rules by chain as the kernel has them; undefined before the first look. */
  #applied: Map<string, string> | undefined;
  readonly #rounds = new Rounds(() => this.#round());

  /** `folder` tells this Sovereign's rules from another's on the same machine. */
  constructor(folder: string) {
    this.#root = `CAT-POL-${sha256Hex(folder).slice(0, 8).toUpperCase()}`;
  }

  use(cache: ObjectCache): void {
    this.#cache = cache;
  }

  /**
   * Takes in the networks of all clusters whose Pods run, together, and has the rules be what the policies say now:
   * rules for some of them alone would leave the Pods of the others open.
   */
  async takeOver(networks: ReadonlyMap<ClusterName, ClusterNetwork>): Promise<void> {
    for (const [cluster, network] of networks) this.#networks.set(cluster, network);
    for (const [cluster, network] of networks) await this.join(cluster, network);
    if (networks.size > 0) await this.apply();
  }

  /** Takes a cluster's network in, again with each of its Pods. */
  async join(cluster: ClusterName, network: ClusterNetwork): Promise<void> {
    this.#networks.set(cluster, network);
    if (this.#policies(cluster).length > 0) await filterPods(network.bridge);
  }

  /** Lets a cluster go when its network is gone. */
  async leave(cluster: ClusterName): Promise<void> {
    this.#networks.delete(cluster);
    await this.apply();
  }

  controller(): Controller<NetworkPolicy> {
    return {
      name: "network-policy",
      type: networkPolicies,
      triggers: [podTrigger, namespaceTrigger] as readonly Trigger[],
      concurrency: 1,
      reconcile: async ({ cluster }, { cache }) => {
        this.use(cache);
        const network = this.#networks.get(cluster);
        if (network === undefined) return { outcome: "settled" };
        if (this.#policies(cluster).length > 0) await filterPods(network.bridge);
        await this.apply();
        return { outcome: "settled" };
      },
    };
  }

  /** Makes the kernel's rules what the policies say; calls that come meanwhile share the next round. */
  apply(): Promise<void> {
    return this.#rounds.run();
  }

  async #round(): Promise<void> {
    // Before the first look at the policies the rules of an earlier run stay as they are.
    if (this.#cache === undefined && this.#networks.size > 0) return;
    await this.#write(policyChains(this.#root, [...this.#networks.keys()].map(this.#factsOf)));
  }

  /** Writes the chains that differ and removes those that are no more, all at once. */
  async #write(wanted: PolicyChains): Promise<void> {
    this.#applied ??= new Map((await chainsNamed("filter", this.#root)).map((name) => [name, ""]));
    const applied = this.#applied;
    if (!wanted.has(this.#root) && applied.size === 0) return;
    const changed = [...wanted].filter(([name, lines]) => applied.get(name) !== lines.join("\n"));
    const gone = [...applied.keys()].filter((name) => name !== this.#root && !wanted.has(name));
    // Nothing may refer to a chain that goes.
    const unhooked = wanted.has(this.#root) || !applied.has(this.#root) ? [] : [`:${this.#root} - [0:0]`];
    if (changed.length + gone.length + unhooked.length > 0) {
      await restoreRules(
        [
          "*filter",
          ...changed.map(([name]) => `:${name} - [0:0]`),
          ...unhooked,
          ...changed.flatMap(([name, lines]) => lines.map((line) => `-A ${name} ${line}`)),
          ...gone.flatMap((name) => [`-F ${name}`, `-X ${name}`]),
          "COMMIT",
          "",
        ].join("\n"),
      );
    }
    this.#applied = new Map([...wanted].map(([name, lines]) => [name, lines.join("\n")]));
    if (wanted.has(this.#root)) await hookChain("filter", "FORWARD", this.#root);
    else await removeChain("filter", "FORWARD", this.#root);
  }

  #policies(cluster: ClusterName): readonly NetworkPolicy[] {
    return this.#cache?.list<NetworkPolicy>(cluster, networkPolicies) ?? [];
  }

  readonly #factsOf = (cluster: ClusterName) => {
    const policies = this.#policies(cluster);
    // Without policies there is nothing that Pods would have to be looked through for.
    const isFree = policies.length === 0;
    return {
      cluster,
      policies,
      pods: isFree ? [] : (this.#cache?.list<Pod>(cluster, pods) ?? []),
      namespaces: isFree ? [] : (this.#cache?.list<Namespace>(cluster, namespaces) ?? []),
    };
  };
}

/** What rules are made of: who the Pod is and where. */
function essence({ metadata, spec, status }: Pod): unknown {
  const isOver = status?.phase === "Succeeded" || status?.phase === "Failed";
  const ports = spec.containers.map((container) => container.ports ?? []);
  return [metadata.labels ?? {}, status?.podIP ?? "", isOver, ports];
}

const podTrigger: Trigger<Pod> = {
  type: pods,
  requests: (cluster, pod, previous, cache) => {
    const isThere = cache.get(cluster, pods, { ...pod.metadata }) !== undefined;
    const isSame = isThere && previous !== undefined && jsonEqual(essence(pod), essence(previous));
    return isSame ? [] : wake(cluster, cache);
  },
};

const namespaceTrigger: Trigger<Namespace> = {
  type: namespaces,
  requests: (cluster, { metadata }, previous, cache) =>
    jsonEqual(metadata.labels ?? {}, previous?.metadata.labels ?? {}) ? [] : wake(cluster, cache),
};

function wake(cluster: ClusterName, cache: ObjectCache): readonly ReconcileRequest[] {
  return cache.list(cluster, networkPolicies).length === 0 ? [] : [{ cluster, name: everything }];
}
