import { writeFile } from "node:fs/promises";
import { sha256Hex } from "@catalyst/base/digest";
import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import type { PodmanRest } from "./rest.ts";

/** One cluster's bridge. */
export interface ClusterNetwork {
  readonly name: string;
  /** `10.128.16.0/20`. */
  readonly subnet: string;
  /** The machine's own address on it, at which the cluster's names are resolved. */
  readonly gateway: string;
  readonly bridge: string;
}

/** Subnets are /20 parts of 10.128.0.0/9: 2048 clusters with 4093 Pods each. */
const subnetCount = 2048;

/**
 * Podman keeps the networks of all storages of a machine in one place, but each storage gives out addresses by
 * itself: two Sovereigns with a cluster of the same name mustn't meet on one bridge.
 */
export function networkName(owner: string, cluster: string): string {
  return `cluster-${sha256Hex(owner).slice(0, 8)}-${cluster}`;
}

/** The bridge of each cluster, made with its first Pod: Pods of different clusters share no network. */
export class ClusterNetworks {
  readonly #rest: PodmanRest;
  readonly #owner: string;
  readonly #known = new Map<string, Promise<ClusterNetwork>>();
  /** One at a time: two clusters mustn't take the same subnet. */
  #last: Promise<unknown> = Promise.resolve();

  /** `owner` is the folder whose Pods join these networks. */
  constructor(rest: PodmanRest, owner: string) {
    this.#rest = rest;
    this.#owner = owner;
  }

  ensure(cluster: string): Promise<ClusterNetwork> {
    const known = this.#known.get(cluster);
    if (known !== undefined) return known;
    const making = this.#last.then(() => this.#make(cluster));
    this.#last = making.catch(() => undefined);
    this.#known.set(cluster, making);
    making.catch(() => this.#known.delete(cluster));
    return making;
  }

  async #make(cluster: string): Promise<ClusterNetwork> {
    const all = (await this.#rest.json("GET", "/networks/json")) as readonly PodmanNetwork[];
    const name = networkName(this.#owner, cluster);
    const there = all.find((network) => network.name === name);
    const [subnet] = there?.subnets ?? [];
    if (there !== undefined && subnet !== undefined)
      return { name, subnet: subnet.subnet, gateway: subnet.gateway, bridge: there.network_interface };
    const taken = new Set(all.flatMap((network) => (network.subnets ?? []).map((each) => each.subnet)));
    for (let index = 0; index < subnetCount; index++) {
      const base = `10.${128 + (index >> 4)}.${(index & 15) << 4}`;
      const made = {
        name,
        subnet: `${base}.0/20`,
        gateway: `${base}.1`,
        bridge: `cat${sha256Hex(name).slice(0, 6)}${index}`,
      };
      if (!taken.has(made.subnet) && (await this.#create(made))) return made;
    }
    throw new CatalystError("runtime-unavailable", "no subnet is left for another cluster's Pods");
  }

  /** False when something else on this machine has the subnet: another program, or another Sovereign. */
  async #create({ name, subnet, gateway, bridge }: ClusterNetwork): Promise<boolean> {
    try {
      await this.#rest.json("POST", "/networks/create", {
        name,
        driver: "bridge",
        network_interface: bridge,
        subnets: [{ subnet, gateway }],
        dns_enabled: false,
        // Pods of different clusters don't reach each other.
        options: { isolate: "true" },
      });
      return true;
    } catch (error) {
      if (isCatalystError(error, "podman-failed") && error.message.includes("already used")) return false;
      throw error;
    }
  }
}

interface PodmanNetwork {
  readonly name: string;
  readonly network_interface: string;
  readonly subnets?: readonly { readonly subnet: string; readonly gateway: string }[] | null;
}

/**
 * Lets packets from a bridge be sent on to this machine's loopback, where the name server and the API listen.
 * Only this bridge; the bridge comes and goes with its first and last Pod.
 */
export async function allowLoopback(bridge: string): Promise<void> {
  await writeFile(`/proc/sys/net/ipv4/conf/${bridge}/route_localnet`, "1");
}
