import { access, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex } from "@catalyst/base/digest";
import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import { label } from "./labels.ts";
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

  /** The clusters that have a network here. */
  async clusters(): Promise<readonly string[]> {
    const all = (await this.#rest.json("GET", "/networks/json")) as readonly PodmanNetwork[];
    const own = all.filter((network) => network.labels?.[label.owner] === this.#owner);
    return own.flatMap((network) => network.labels?.[label.cluster] ?? []);
  }

  /** Removes a cluster's network. Throws `cluster-in-use` while containers are on it. */
  async remove(cluster: string): Promise<void> {
    // After what is being made now; a cluster that comes again meanwhile gets a new network.
    const removing = this.#last.then(() => this.#remove(cluster));
    this.#last = removing.catch(() => undefined);
    await removing;
  }

  async #remove(cluster: string): Promise<void> {
    this.#known.delete(cluster);
    try {
      await this.#rest.json("DELETE", `/networks/${networkName(this.#owner, cluster)}`, undefined, [404]);
    } catch (error) {
      if (!isCatalystError(error, "podman-failed") || !error.message.includes("being used")) throw error;
      throw new CatalystError("cluster-in-use", `containers are left on the network of ${cluster}`, {
        cause: error,
      });
    }
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
      if (!taken.has(made.subnet) && (await this.#create(cluster, made))) return made;
    }
    throw new CatalystError("runtime-unavailable", "no subnet is left for another cluster's Pods");
  }

  /** False when something else on this machine has the subnet: another program, or another Sovereign. */
  async #create(cluster: string, { name, subnet, gateway, bridge }: ClusterNetwork): Promise<boolean> {
    try {
      await this.#rest.json("POST", "/networks/create", {
        name,
        driver: "bridge",
        network_interface: bridge,
        subnets: [{ subnet, gateway }],
        dns_enabled: false,
        labels: { [label.owner]: this.#owner, [label.cluster]: cluster },
        // Beside our own rules, where podman's version does it.
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
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly subnets?: readonly { readonly subnet: string; readonly gateway: string }[] | null;
}

/**
 * Sets up a cluster's bridge, which comes and goes with its first and last Pod, after a Pod was added: lets its
 * packets be sent on to this machine's loopback, where the name server and the API listen; and lets a Pod's
 * packets come back to it, when it calls a Service whose Pod it is itself.
 */
export async function prepareBridge(bridge: string): Promise<void> {
  await writeFile(`/proc/sys/net/ipv4/conf/${bridge}/route_localnet`, "1");
  await setPorts(bridge, "hairpin_mode", "1");
}

async function setPorts(bridge: string, attribute: string, value: "0" | "1"): Promise<void> {
  const ports = join("/sys/class/net", bridge, "brif");
  for (const port of await readdir(ports)) {
    await writeFile(join(ports, port, attribute), value).catch((error: NodeJS.ErrnoException) => {
      // Its Pod ended meanwhile.
      if (error.code !== "ENOENT") throw error;
    });
  }
}

/**
 * Lets no Pod of a bridge reach another one past this machine's packet rules. Where the kernel has bridged packets
 * pass them (`bridge-nf-call-iptables`) that is so already, and it bridges those for Services too. Elsewhere packets
 * between Pods are sent on by the machine instead of by the bridge, which then answers for all their addresses. A
 * bridge that went with its last Pod has none to be kept apart.
 */
export async function filterPods(bridge: string): Promise<void> {
  const isThere = await access(join("/sys/class/net", bridge)).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  const passing = await readFile("/proc/sys/net/bridge/bridge-nf-call-iptables", "utf8").catch(() => "0");
  const separate = passing.trim() === "1" ? "0" : "1";
  await writeFile(`/proc/sys/net/ipv4/conf/${bridge}/proxy_arp_pvlan`, separate);
  await setPorts(bridge, "isolated", separate);
}
