import type { ClusterName, ObjectKey } from "@catalyst/ports/kubernetes";

/** Which routes are attached to which listeners, for a Gateway's status to count. */
export class Attachments {
  readonly #gateways = new Map<string, Map<string, readonly string[]>>();
  /** What changed before anybody wanted to be told. */
  readonly #missed: (readonly [ClusterName, ObjectKey])[] = [];
  #wake: (cluster: ClusterName, gateway: ObjectKey) => void = (...changed) => this.#missed.push(changed);

  /** Calls this with every Gateway whose count changed, those of before included. */
  onChange(wake: (cluster: ClusterName, gateway: ObjectKey) => void): void {
    this.#wake = wake;
    for (const changed of this.#missed.splice(0)) wake(...changed);
  }

  /** Says to which listeners of a Gateway a route is attached now. */
  set(cluster: ClusterName, gateway: ObjectKey, route: ObjectKey, listeners: readonly string[]): void {
    const key = nameOf(cluster, gateway);
    const routes = this.#gateways.get(key) ?? new Map<string, readonly string[]>();
    const name = nameOf(cluster, route);
    const before = routes.get(name) ?? [];
    if (listeners.length === 0) routes.delete(name);
    else routes.set(name, listeners);
    if (routes.size === 0) this.#gateways.delete(key);
    else this.#gateways.set(key, routes);
    if (before.join() !== listeners.join()) this.#wake(cluster, gateway);
  }

  /** How many routes are attached to a listener. */
  count(cluster: ClusterName, gateway: ObjectKey, listener: string): number {
    const routes = this.#gateways.get(nameOf(cluster, gateway)) ?? new Map<string, readonly string[]>();
    return [...routes.values()].filter((listeners) => listeners.includes(listener)).length;
  }
}

function nameOf(cluster: ClusterName, { namespace = "default", name }: ObjectKey): string {
  return `${cluster}/${namespace}/${name}`;
}
