import { cpus, totalmem } from "node:os";
import { type Clock, rfc3339 } from "@catalyst/base/clock";
import { simulatedNodeLabel } from "@catalyst/model/label";
import type { PodRuntime } from "@catalyst/ports/containers";
import { type ClusterClient, type ClusterName, isKubernetesError, nodes } from "@catalyst/ports/kubernetes";

/** The Pods a node takes. */
const podLimit = "10000";

/** Where nothing runs, this machine's size is no bound for what Pods may ask for. */
const simulatedSize = { cpu: "10000", memory: "64Ti" };

/**
 * The Node objects of this machine: one in each cluster that has Pods, made when it gets its first one, so
 * that clusters without Pods cost nothing.
 */
export class NodeObjects {
  readonly #name: string;
  readonly #runtime: PodRuntime;
  readonly #clock: Clock;
  readonly #made = new Map<ClusterName, Promise<void>>();

  constructor(name: string, runtime: PodRuntime, clock: Clock) {
    this.#name = name;
    this.#runtime = runtime;
    this.#clock = clock;
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
    making.catch(() => this.#made.delete(cluster));
    return making;
  }

  /** Forgets a cluster, so that one of the same name gets its Node again. */
  forget(cluster: ClusterName): void {
    this.#made.delete(cluster);
  }

  async #write(client: ClusterClient): Promise<void> {
    const object = {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: this.#name, labels: this.labels() },
    };
    try {
      await client.create(nodes, object);
    } catch (error) {
      if (!isKubernetesError(error, "kubernetes-already-exists")) throw error;
      await client.mergePatch(nodes, { name: this.#name }, { metadata: { labels: this.labels() } });
    }
    await client.mergePatch(
      nodes,
      { name: this.#name },
      { status: this.#status() },
      { subresource: "status" },
    );
  }

  #status() {
    const now = rfc3339(this.#clock.now());
    const { simulated } = this.#runtime.capabilities;
    const amounts = simulated
      ? { ...simulatedSize, pods: podLimit }
      : { cpu: String(cpus().length), memory: `${Math.floor(totalmem() / 1024)}Ki`, pods: podLimit };
    const healthy = (type: string, reason: string, message: string, status: "True" | "False" = "False") => ({
      type,
      status,
      reason,
      message,
      lastHeartbeatTime: now,
      lastTransitionTime: now,
    });
    const word = this.#runtime.capabilities.simulated ? "simulates Pods: nothing runs" : "runs Pods";
    return {
      capacity: amounts,
      allocatable: amounts,
      addresses: [
        { type: "InternalIP", address: "127.0.0.1" },
        { type: "Hostname", address: this.#name },
      ],
      conditions: [
        healthy("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        healthy("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        healthy("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        healthy("Ready", "KubeletReady", `this machine ${word}`, "True"),
      ],
      nodeInfo: {
        machineID: "",
        systemUUID: "",
        bootID: "",
        kernelVersion: "",
        osImage: "Catalyst",
        containerRuntimeVersion: `${this.#runtime.name}://1`,
        kubeletVersion: "v1.36.0-catalyst",
        kubeProxyVersion: "",
        operatingSystem: "linux",
        architecture: this.labels()["kubernetes.io/arch"],
      },
    };
  }
}
