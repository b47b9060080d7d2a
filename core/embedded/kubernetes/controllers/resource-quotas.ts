import { jsonEqual } from "@catalyst/base/json";
import { canonicalQuantity } from "@catalyst/base/quantity";
import { type Amounts, amountsOf, type KubeObject, larger, minus, plus } from "@catalyst/ports/kubernetes";
import type { Cluster } from "../cluster/cluster.ts";
import { withUsed } from "../quota/charge.ts";
import { quotaResource, withQuotas } from "../quota/ledger.ts";
import { isInScope, type Quota } from "../quota/scopes.ts";
import { governs, usageOf } from "../quota/usage.ts";
import type { Change } from "../storage/change.ts";
import type { Collection } from "../storage/collection.ts";
import { keyFor } from "../storage/entry.ts";
import { ServerController } from "./server-controller.ts";

/** When a charge is looked at again (milliseconds): what was let through and then failed isn't there. */
const settleDelay = 5000;

/** Says in every ResourceQuota what is used, counted from the objects there are. */
export class ResourceQuotas extends ServerController<[namespace: string]> {
  readonly #stopping = new AbortController();
  /** Namespaces that are to be counted again later. */
  readonly #later = new Set<string>();

  begin(cluster: Cluster): void {
    for (const { object } of cluster.list(quotaResource, true))
      this.#look(cluster, object.metadata.namespace);
  }

  see(change: Change, cluster: Cluster): void {
    const { collection, entry, previous, deleted } = change;
    const { namespace } = entry.object.metadata;
    if (namespace === undefined) return;
    if (collection.resource === quotaResource && !deleted) {
      const isCharge = previous !== undefined && previous.object.spec === entry.object.spec;
      if (isCharge) this.#lookLater(cluster, namespace);
      else this.#look(cluster, namespace);
    } else if (deleted || frees(previous?.object, entry.object)) this.#look(cluster, namespace);
  }

  override stop(): Promise<void> {
    this.#stopping.abort();
    return super.stop();
  }

  #look(cluster: Cluster, namespace: string | undefined): void {
    if (namespace === undefined || cluster.list(quotaResource, true, namespace).length === 0) return;
    this.add(cluster, namespace);
  }

  #lookLater(cluster: Cluster, namespace: string): void {
    const key = `${cluster.name}/${namespace}`;
    if (this.#later.has(key)) return;
    this.#later.add(key);
    this.scope.parts.clock.sleep(settleDelay, this.#stopping.signal).then(
      () => {
        this.#later.delete(key);
        this.add(cluster, namespace);
      },
      () => undefined,
    );
  }

  protected async reconcile(cluster: Cluster, namespace: string): Promise<void> {
    // What is held may come to nothing.
    if (this.scope.parts.charges.isHeld(cluster.name, namespace)) this.#lookLater(cluster, namespace);
    await withQuotas(this.scope.parts, cluster, namespace, (quotas) =>
      quotas.flatMap((quota) => {
        const counted = this.#counted(cluster, namespace, quota);
        return jsonEqual(counted.status, quota.status ?? {}) ? [] : [counted];
      }),
    );
  }

  #counted(cluster: Cluster, namespace: string, quota: Quota): Quota {
    const names = Object.keys(quota.spec?.hard ?? {});
    let used: Amounts = amountsOf(Object.fromEntries(names.map((name) => [name, "0"])));
    for (const collection of this.scope.parts.storage.collectionsOf(cluster.name)) {
      const { resource } = collection;
      const own = new Set(names.filter((name) => governs(resource, name)));
      if (!collection.namespaced || own.size === 0) continue;
      for (const usage of this.#usages(collection, namespace, quota))
        used = plus(used, new Map([...usage].filter(([name]) => own.has(name))));
    }
    const hard = Object.fromEntries(
      Object.entries(quota.spec?.hard ?? {}).map(([name, amount]) => [
        name,
        canonicalQuantity(String(amount)) ?? "0",
      ]),
    );
    return withUsed({ ...quota, status: { ...quota.status, hard } }, used);
  }

  /** What the objects of a collection take of a quota, and what those take more that are about to be stored. */
  *#usages(collection: Collection, namespace: string, quota: Quota): Iterable<Amounts> {
    const { resource, cluster } = collection;
    const { charges, clock } = this.scope.parts;
    const now = clock.now();
    const usage = (object: KubeObject | undefined): Amounts =>
      object !== undefined && isInScope(quota, resource, object) ? usageOf(resource, object, now) : new Map();
    for (const { object } of collection.list(namespace)) yield usage(object);
    const held = Map.groupBy(charges.of(cluster, namespace, resource), ({ object }) => object.metadata.name);
    for (const [name, writes] of held) {
      const stored = usage(collection.get(keyFor(namespace, name))?.object);
      yield minus(writes.map(({ object }) => usage(object)).reduce(larger, stored), stored);
    }
  }
}

/** Whether an object takes less than before although it is still there: a Pod that ended, a smaller Service. */
function frees(before: KubeObject | undefined, after: KubeObject): boolean {
  if (before === undefined || before.spec === undefined) return false;
  if (before.spec !== after.spec) return true;
  const phase = (of: KubeObject) => (of.status as { readonly phase?: string } | undefined)?.phase;
  return phase(before) !== phase(after);
}
