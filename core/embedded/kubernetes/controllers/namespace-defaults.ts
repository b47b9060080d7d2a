import { isDeepStrictEqual } from "node:util";
import { rfc3339 } from "@catalyst/base/clock";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Cluster } from "../cluster/cluster.ts";
import type { Change } from "../storage/change.ts";
import { ServerController } from "./server-controller.ts";

/** The ConfigMap by which Pods know whom to trust. */
const certificateName = "kube-root-ca.crt";

/** Gives every namespace its ServiceAccount `default` and the ConfigMap with the API's authority. */
export class NamespaceDefaults extends ServerController<[namespace: string]> {
  begin(cluster: Cluster): void {
    for (const { object } of cluster.list("/namespaces", false)) {
      this.add(cluster, object.metadata.name);
    }
  }

  see(change: Change, cluster: Cluster): void {
    const { resource } = change.collection;
    const { name, namespace } = change.entry.object.metadata;
    if (resource === "/namespaces") {
      if (!change.deleted && change.previous === undefined) this.add(cluster, name);
    } else if (change.deleted && resource === "/serviceaccounts") {
      this.add(cluster, namespace!);
    } else if (resource === "/configmaps" && name === certificateName) {
      this.add(cluster, namespace!);
    }
  }

  protected async reconcile(cluster: Cluster, namespace: string): Promise<void> {
    const object = cluster.find("/namespaces", undefined, namespace);
    if (object === undefined || object.metadata.deletionTimestamp !== undefined) return;
    await this.#ensure(cluster, "serviceaccounts", namespace, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "default" },
    });
    const { rootCertificate } = this.scope;
    if (rootCertificate === undefined) return;
    await this.#ensure(cluster, "configmaps", namespace, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: certificateName },
      data: { "ca.crt": rootCertificate },
    });
  }

  async #ensure(cluster: Cluster, plural: string, namespace: string, wanted: KubeObject): Promise<void> {
    const { storage, clock, uid } = this.scope.parts;
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
