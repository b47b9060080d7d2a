import { isDeepStrictEqual } from "node:util";
import { rfc3339 } from "@catalyst/base/clock";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Cluster } from "../cluster/cluster.ts";
import type { Change } from "../storage/change.ts";
import { type ControllerScope, type ServerController, splitKey, workKey } from "./scope.ts";
import { WorkQueue } from "./work-queue.ts";

/** The ConfigMap by which Pods know whom to trust. */
const certificateName = "kube-root-ca.crt";

/** Gives every namespace its ServiceAccount `default` and the ConfigMap with the API's authority. */
export class NamespaceDefaults implements ServerController {
  readonly #scope: ControllerScope;
  readonly #queue: WorkQueue;

  constructor(scope: ControllerScope) {
    this.#scope = scope;
    const { clock, logger } = scope.parts;
    this.#queue = new WorkQueue((key) => this.#reconcile(key), clock, logger);
  }

  begin(cluster: Cluster): void {
    for (const { object } of cluster.list("/namespaces", false)) {
      this.#queue.add(workKey(cluster, object.metadata.name));
    }
  }

  see(change: Change, cluster: Cluster): void {
    const { resource } = change.collection;
    const { name, namespace } = change.entry.object.metadata;
    if (resource === "/namespaces") {
      if (!change.deleted && change.previous === undefined) this.#queue.add(workKey(cluster, name));
    } else if (change.deleted && resource === "/serviceaccounts") {
      this.#queue.add(workKey(cluster, namespace!));
    } else if (resource === "/configmaps" && name === certificateName) {
      this.#queue.add(workKey(cluster, namespace!));
    }
  }

  stop(): Promise<void> {
    return this.#queue.stop();
  }

  async #reconcile(key: string): Promise<void> {
    const [clusterName, namespace] = splitKey(key) as [string, string];
    const cluster = this.#scope.cluster(clusterName);
    const object = cluster?.find("/namespaces", undefined, namespace);
    if (cluster === undefined || object === undefined) return;
    if (object.metadata.deletionTimestamp !== undefined) return;
    await this.#ensure(cluster, "serviceaccounts", namespace, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "default" },
    });
    const { rootCertificate } = this.#scope;
    if (rootCertificate === undefined) return;
    await this.#ensure(cluster, "configmaps", namespace, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: certificateName },
      data: { "ca.crt": rootCertificate },
    });
  }

  async #ensure(cluster: Cluster, plural: string, namespace: string, wanted: KubeObject): Promise<void> {
    const { storage, clock, uid } = this.#scope.parts;
    const collection = cluster.collection({ group: "", plural, namespaced: true });
    const key = `${namespace}/${wanted.metadata.name}`;
    await collection.exclusively(key, async () => {
      const previous = collection.get(key);
      if (previous !== undefined) {
        const { data } = wanted;
        if (data === undefined || isDeepStrictEqual(previous.object["data"], data)) return;
        await storage.write([{ collection, key, object: { ...previous.object, data }, previous }]);
        return;
      }
      const creationTimestamp = rfc3339(clock.now());
      const metadata = { ...wanted.metadata, namespace, uid: uid(), creationTimestamp };
      await storage.write([{ collection, key, object: { ...wanted, metadata }, previous: undefined }]);
    });
  }
}
