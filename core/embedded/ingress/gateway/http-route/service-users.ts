import type { ReconcileRequest } from "@catalyst/reconciler";

/** Which routes name a Service, so that its change wakes those alone. */
export class ServiceUsers {
  readonly #users = new Map<string, Map<string, ReconcileRequest>>();
  readonly #used = new Map<string, readonly string[]>();

  /** Says which Services (`namespace/name`) of its cluster a route names now. */
  set(route: ReconcileRequest, services: readonly string[]): void {
    const user = `${route.cluster}/${route.namespace}/${route.name}`;
    for (const service of this.#used.get(user) ?? []) {
      const users = this.#users.get(`${route.cluster}/${service}`);
      users?.delete(user);
      if (users?.size === 0) this.#users.delete(`${route.cluster}/${service}`);
    }
    if (services.length === 0) this.#used.delete(user);
    else this.#used.set(user, services);
    for (const service of services) {
      const key = `${route.cluster}/${service}`;
      const users = this.#users.get(key) ?? new Map<string, ReconcileRequest>();
      users.set(user, route);
      this.#users.set(key, users);
    }
  }

  of(cluster: string, namespace: string, name: string): readonly ReconcileRequest[] {
    return [...(this.#users.get(`${cluster}/${namespace}/${name}`)?.values() ?? [])];
  }
}
