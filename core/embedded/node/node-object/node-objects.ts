import type { Clock } from "@catalyst/base/clock";
import { describeError } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import { simulatedNodeLabel } from "@catalyst/model/label";
import type { PodRuntime } from "@catalyst/ports/containers";
import {
  type ClusterClient,
  type ClusterName,
  isKubernetesError,
  type Node,
  nodes,
} from "@catalyst/ports/kubernetes";
import { renewInterval, renewLease } from "./lease.ts";
import { readMachine } from "./machine.ts";
import { nodeStatus } from "./status.ts";

/** Of so many renewals of the Lease one also writes the status, as the kubelet does every five minutes. */
const statusEvery = 6;

/**
 * The Node objects of this machine: one in each cluster that has Pods, made when it gets its first one, so
 * that clusters without Pods cost nothing.
 */
export class NodeObjects {
  readonly #name: string;
  readonly #runtime: PodRuntime;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #since: number;
  readonly #made = new Map<ClusterName, Promise<void>>();
  /** Of the clusters that have a Node. */
  readonly #clients = new Map<ClusterName, ClusterClient>();

  constructor(name: string, runtime: PodRuntime, clock: Clock, logger: Logger) {
    this.#name = name;
    this.#runtime = runtime;
    this.#clock = clock;
    this.#logger = logger;
    this.#since = clock.now();
  }

  labels(): Readonly<Record<string, string>> {
    return {
      "kubernetes.io/hostname": this.#name,
      "kubernetes.io/os": "linux",
      "kubernetes.io/arch": process.arch === "arm64" ? "arm64" : "amd64",
      [simulatedNodeLabel]: this.#runtime.name,
    };
  }

  /** Makes the Node of a cluster exist, with what it is now; once per run of the program and cluster. */
  ensure(cluster: ClusterName, client: ClusterClient): Promise<void> {
    const known = this.#made.get(cluster);
    if (known !== undefined) return known;
    const making = this.#write(client);
    this.#made.set(cluster, making);
    making.then(
      () => this.#clients.set(cluster, client),
      () => this.#made.delete(cluster),
    );
    return making;
  }

  /** Takes a Node over that a run before this one has made: it is kept alive from the next renewal on. */
  adopt(cluster: ClusterName, client: ClusterClient): void {
    if (!this.#clients.has(cluster)) this.#clients.set(cluster, client);
  }

  /** Forgets a cluster, so that one of the same name gets its Node again. */
  forget(cluster: ClusterName): void {
    this.#made.delete(cluster);
    this.#clients.delete(cluster);
  }

  /** Renews all Nodes' Leases, and now and then their status, until the signal aborts. */
  async keepAlive(signal: AbortSignal): Promise<void> {
    for (let count = 1; !signal.aborted; count++) {
      await this.#clock.sleep(renewInterval, signal).catch(() => undefined);
      if (signal.aborted) return;
      for (const [cluster, client] of this.#clients)
        await this.#renew(cluster, client, count % statusEvery === 1);
    }
  }

  async #renew(cluster: ClusterName, client: ClusterClient, withStatus: boolean): Promise<void> {
    try {
      const node = await client.find<Node>(nodes, { name: this.#name });
      if (node === undefined) return this.forget(cluster);
      await renewLease(client, node, this.#clock.now());
      if (withStatus) await this.#writeStatus(client);
    } catch (error) {
      this.#logger.debug("a node's lease isn't renewed", { cluster, error: describeError(error) });
    }
  }

  async #write(client: ClusterClient): Promise<void> {
    const object = {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: this.#name, labels: this.labels() },
    };
    const key = { name: this.#name };
    let node: Node;
    try {
      node = await client.create<Node>(nodes, object);
    } catch (error) {
      if (!isKubernetesError(error, "kubernetes-already-exists")) throw error;
      node = await client.mergePatch<Node>(nodes, key, { metadata: { labels: this.labels() } });
    }
    await this.#writeStatus(client);
    await renewLease(client, node, this.#clock.now());
  }

  async #writeStatus(client: ClusterClient): Promise<void> {
    const { name, capabilities } = this.#runtime;
    const [machine, description] = await Promise.all([readMachine(), this.#runtime.describe()]);
    const status = nodeStatus({
      name: this.#name,
      machine,
      runtime: { ...description, name, isSimulated: capabilities.simulated },
      now: this.#clock.now(),
      since: this.#since,
    });
    await client.mergePatch(nodes, { name: this.#name }, { status }, { subresource: "status" });
  }
}
