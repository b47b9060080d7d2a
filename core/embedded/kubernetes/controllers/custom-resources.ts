import { rfc3339 } from "@catalyst/base/clock";
import { jsonEqual } from "@catalyst/base/json";
import type { Condition, KubeObject } from "@catalyst/ports/kubernetes";
import type { Cluster } from "../cluster/cluster.ts";
import { customKinds } from "../machinery/index.ts";
import type { Change } from "../storage/change.ts";
import { amend } from "../verbs/amend.ts";
import { removeObject, unreviewed } from "../verbs/delete.ts";
import { nameConflict } from "./name-conflict.ts";
import { ServerController } from "./server-controller.ts";

const resource = "apiextensions.k8s.io/customresourcedefinitions";
const definitions = { group: "apiextensions.k8s.io", plural: "customresourcedefinitions", namespaced: false };
const cleanup = "customresourcecleanup.apiextensions.k8s.io";

interface DefinitionSpec {
  readonly group: string;
  readonly scope: string;
  readonly names: { readonly plural: string; readonly kind: string; readonly shortNames?: readonly string[] };
  readonly versions: readonly { readonly name: string; readonly storage: boolean }[];
}

/** Serves what CustomResourceDefinitions define from the moment they are stored, and says so in their status. */
export class CustomResources extends ServerController<[name: string]> {
  begin(cluster: Cluster): void {
    for (const { object } of cluster.list(resource, false)) {
      this.#serve(cluster, object);
      this.add(cluster, object.metadata.name);
    }
  }

  see(change: Change, cluster: Cluster): void {
    const { name } = change.entry.object.metadata;
    if (change.collection.resource === resource) {
      if (change.deleted) this.#dropped(cluster, name);
      else this.#serve(cluster, change.entry.object);
      this.add(cluster, name);
    } else if (change.deleted && change.collection.size === 0) {
      const [group, plural] = change.collection.resource.split("/");
      const definition = `${plural}.${group}`;
      if (cluster.kinds.custom(definition) !== undefined) this.add(cluster, definition);
    }
  }

  #serve(cluster: Cluster, definition: KubeObject): void {
    const { versions } = definition.spec as DefinitionSpec;
    const storageVersion = versions.find((version) => version.storage)!.name;
    const accepted = nameConflict(cluster, definition) === undefined;
    const { name } = definition.metadata;
    const before = cluster.kinds.custom(name);
    const spec = before?.definition.spec;
    if (accepted && before !== undefined && jsonEqual(spec, definition.spec)) return;
    cluster.kinds.setCustom(
      name,
      accepted ? { kinds: customKinds(definition), storageVersion, definition } : undefined,
    );
  }

  /** What is gone may have stood in the way of another definition's names. */
  #dropped(cluster: Cluster, name: string): void {
    cluster.kinds.setCustom(name, undefined);
    for (const { object } of cluster.list(resource, false)) {
      if (cluster.kinds.custom(object.metadata.name) !== undefined) continue;
      this.#serve(cluster, object);
      this.add(cluster, object.metadata.name);
    }
  }

  protected async reconcile(cluster: Cluster, name: string): Promise<void> {
    const definition = cluster.find(resource, undefined, name);
    if (definition === undefined) return;
    const left =
      definition.metadata.deletionTimestamp === undefined ? 0 : await this.#removeObjects(cluster, name);
    const now = rfc3339(this.scope.parts.clock.now());
    await amend(this.scope.parts, cluster, definitions, { name }, (stored) =>
      withStatus(cluster, stored, now, left),
    );
  }

  /** Asks for the deletion of all objects of a definition; gives how many are still there. */
  async #removeObjects(cluster: Cluster, definition: string): Promise<number> {
    const kind = cluster.kinds.custom(definition)?.kinds[0];
    if (kind === undefined) return 0;
    const collection = cluster.collection(kind);
    const of = { parts: this.scope.parts, cluster, kind };
    for (const { object } of collection.list()) await removeObject(of, object.metadata, {}, unreviewed);
    return collection.size;
  }
}

/** The definition with the status it should have; without the cleanup finalizer when nothing is left. */
function withStatus(cluster: Cluster, stored: KubeObject, now: string, left: number): KubeObject {
  const { names, versions } = stored.spec as DefinitionSpec;
  const status = (stored.status ?? {}) as {
    readonly conditions?: readonly Condition[];
    readonly storedVersions?: readonly string[];
  };
  const storage = versions.find((version) => version.storage)!.name;
  const conflict = nameConflict(cluster, stored);
  const deleting = stored.metadata.deletionTimestamp !== undefined;
  const wanted: Omit<Condition, "lastTransitionTime">[] = [
    conflict === undefined
      ? { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" }
      : { type: "NamesAccepted", status: "False", ...conflict },
    conflict === undefined
      ? {
          type: "Established",
          status: "True",
          reason: "InitialNamesAccepted",
          message: "the initial names have been accepted",
        }
      : {
          type: "Established",
          status: "False",
          reason: "NotAccepted",
          message: "not all names are accepted",
        },
    ...(deleting ? [terminating(left)] : []),
  ];
  const next = {
    ...status,
    acceptedNames: conflict === undefined ? names : { plural: "", kind: "" },
    conditions: wanted.map((condition) => timed(condition, status.conditions ?? [], now)),
    storedVersions: [...new Set([...(status.storedVersions ?? []), storage])],
  };
  const done = deleting && left === 0 && stored.metadata.finalizers?.includes(cleanup);
  if (!done) return jsonEqual(next, stored.status) ? stored : { ...stored, status: next };
  const finalizers = stored.metadata.finalizers!.filter((finalizer) => finalizer !== cleanup);
  return { ...stored, metadata: { ...stored.metadata, finalizers }, status: next };
}

function terminating(left: number): Omit<Condition, "lastTransitionTime"> {
  if (left === 0) {
    const message = "removed all instances";
    return { type: "Terminating", status: "False", reason: "InstanceDeletionCompleted", message };
  }
  const message = `CustomResource deletion is in progress; ${left} remaining`;
  return { type: "Terminating", status: "True", reason: "InstanceDeletionInProgress", message };
}

function timed(
  condition: Omit<Condition, "lastTransitionTime">,
  before: readonly Condition[],
  now: string,
): Condition {
  const known = before.find((item) => item.type === condition.type);
  const lastTransitionTime = known?.status === condition.status ? known.lastTransitionTime : now;
  return { ...condition, lastTransitionTime };
}
