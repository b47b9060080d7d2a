import { rfc3339 } from "@catalyst/base/clock";
import { jsonEqual } from "@catalyst/base/json";
import type { Condition, KubeObject } from "@catalyst/ports/kubernetes";
import { controllerActor } from "../admission/attributes.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Change } from "../storage/change.ts";
import type { Collection } from "../storage/collection.ts";
import { amendAs } from "../verbs/amend-as.ts";
import { removeAs } from "../verbs/delete.ts";
import { ServerController } from "./server-controller.ts";

/** The ServiceAccount upstream's controller has. */
const controller = "namespace-controller";

/** Empties a namespace that is being deleted, says what blocks that, and lets it go once it is empty. */
export class NamespaceLifecycle extends ServerController<[name: string]> {
  begin(cluster: Cluster): void {
    for (const { object } of cluster.list("/namespaces", false)) this.#look(cluster, object);
  }

  see(change: Change, cluster: Cluster): void {
    const { object } = change.entry;
    if (change.collection.resource === "/namespaces") {
      if (!change.deleted) this.#look(cluster, object);
      return;
    }
    const { namespace, deletionTimestamp } = object.metadata;
    if (namespace === undefined || (!change.deleted && deletionTimestamp === undefined)) return;
    const holder = cluster.find("/namespaces", undefined, namespace);
    if (holder !== undefined) this.#look(cluster, holder);
  }

  #look(cluster: Cluster, namespace: KubeObject): void {
    if (namespace.metadata.deletionTimestamp === undefined) return;
    this.add(cluster, namespace.metadata.name);
  }

  protected async reconcile(cluster: Cluster, name: string): Promise<void> {
    const stored = cluster.find("/namespaces", undefined, name);
    if (stored?.metadata.deletionTimestamp === undefined) return;
    const left = await this.#empty(cluster, name);
    const now = rfc3339(this.scope.parts.clock.now());
    const kind = cluster.kinds.find("", "v1", "namespaces");
    if (kind === undefined) return;
    const actor = controllerActor({ parts: this.scope.parts, cluster, kind }, controller);
    await (left.length === 0
      ? amendAs(actor, { name }, released, "finalize")
      : amendAs(actor, { name }, (object) => withConditions(object, left, now), "status"));
  }

  /**
   * Asks for the deletion of everything in a namespace; gives what is still there. What Pods may need while they
   * end, such as the policies of their network, goes after the last of them. Source: KEP 5080.
   */
  async #empty(cluster: Cluster, namespace: string): Promise<readonly Leftover[]> {
    const collections = this.scope.parts.storage.collectionsOf(cluster.name);
    const isOfPods = ({ resource }: Collection) => resource === "/pods";
    const pods = await this.#emptyOf(collections.filter(isOfPods), cluster, namespace);
    if (pods.length > 0) return pods;
    return this.#emptyOf(
      collections.filter((collection) => !isOfPods(collection)),
      cluster,
      namespace,
    );
  }

  async #emptyOf(
    collections: readonly Collection[],
    cluster: Cluster,
    namespace: string,
  ): Promise<readonly Leftover[]> {
    const kinds = new Map(cluster.kinds.all().map((kind) => [`${kind.group}/${kind.plural}`, kind]));
    const { parts } = this.scope;
    const left: Leftover[] = [];
    for (const collection of collections) {
      const kind = kinds.get(collection.resource);
      if (!collection.namespaced || kind === undefined) continue;
      const entries = collection.list(namespace);
      const actor = controllerActor({ parts, cluster, kind }, controller);
      await Promise.all(entries.map(({ object }) => removeAs(actor, object.metadata)));
      const objects = collection.list(namespace).map((entry) => entry.object);
      if (objects.length > 0) left.push({ resource: resourceName(kind), objects });
    }
    return left;
  }
}

/** Objects of one resource that a namespace still holds. */
interface Leftover {
  /** `deployments.apps`; core resources end in a dot, as upstream prints them. */
  readonly resource: string;
  readonly objects: readonly KubeObject[];
}

function resourceName(kind: { readonly group: string; readonly plural: string }): string {
  return `${kind.plural}.${kind.group}`;
}

function released(namespace: KubeObject): KubeObject {
  const spec = namespace.spec as { readonly finalizers?: readonly string[] };
  const finalizers = (spec.finalizers ?? []).filter((finalizer) => finalizer !== "kubernetes");
  return { ...namespace, spec: { ...spec, finalizers } };
}

function withConditions(namespace: KubeObject, left: readonly Leftover[], now: string): KubeObject {
  const status = (namespace.status ?? {}) as { readonly conditions?: readonly Condition[] };
  const counts = left.map(({ resource, objects }) => `${resource} has ${objects.length} resource instances`);
  const finalizers = Map.groupBy(
    left.flatMap(({ objects }) => objects.flatMap((object) => object.metadata.finalizers ?? [])),
    (finalizer) => finalizer,
  );
  const blocking = [...finalizers].map(([name, all]) => `${name} in ${all.length} resource instances`).sort();
  const wanted: readonly Omit<Condition, "lastTransitionTime">[] = [
    plain(
      "NamespaceDeletionDiscoveryFailure",
      "ResourcesDiscovered",
      "All resources successfully discovered",
    ),
    plain(
      "NamespaceDeletionGroupVersionParsingFailure",
      "ParsedGroupVersions",
      "All legacy kube types successfully parsed",
    ),
    plain(
      "NamespaceDeletionContentFailure",
      "ContentDeleted",
      "All content successfully deleted, may be waiting on finalization",
    ),
    {
      type: "NamespaceContentRemaining",
      status: "True",
      reason: "SomeResourcesRemain",
      message: `Some resources are remaining: ${counts.sort().join(", ")}`,
    },
    blocking.length === 0
      ? plain(
          "NamespaceFinalizersRemaining",
          "ContentHasNoFinalizers",
          "All content-preserving finalizers finished",
        )
      : {
          type: "NamespaceFinalizersRemaining",
          status: "True",
          reason: "SomeFinalizersRemain",
          message: `Some content in the namespace has finalizers remaining: ${blocking.join(", ")}`,
        },
  ];
  const conditions = wanted.map((condition) => {
    const before = status.conditions?.find((item) => item.type === condition.type);
    const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : now;
    return { ...condition, lastTransitionTime };
  });
  if (jsonEqual(conditions, status.conditions)) return namespace;
  return { ...namespace, status: { ...status, conditions } };
}

function plain(type: string, reason: string, message: string): Omit<Condition, "lastTransitionTime"> {
  return { type, status: "False", reason, message };
}
