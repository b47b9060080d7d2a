import type { Cluster } from "../cluster/cluster.ts";
import type { Change } from "../storage/change.ts";
import type { ControllerScope } from "./scope.ts";
import { WorkQueue } from "./work-queue.ts";

/** What parts a key of work; it is in no name. */
const separator = "\n";

/**
 * A controller of the server itself: it sees every committed change at once, and what that gives it to do it does
 * later, place by place. `Place` names what is worked on within a cluster: `[namespace, name]`.
 */
export abstract class ServerController<Place extends readonly string[]> {
  protected readonly scope: ControllerScope;
  readonly #queue: WorkQueue;

  constructor(scope: ControllerScope) {
    this.scope = scope;
    const { clock, logger } = scope.parts;
    this.#queue = new WorkQueue((key) => this.#work(key), clock, logger);
  }

  /** Looks at a whole cluster that exists at start; what comes later is seen change by change. */
  abstract begin(cluster: Cluster): void;

  /** Looks at one committed change, at once. */
  abstract see(change: Change, cluster: Cluster): void;

  /** Does the work at a place. It is tried again later when it throws. */
  protected abstract reconcile(cluster: Cluster, ...place: Place): Promise<void>;

  /** Has a place worked on: once at a time, and again when it is added meanwhile. */
  protected add(cluster: Cluster, ...place: Place): void {
    this.#queue.add([cluster.name, ...place].join(separator));
  }

  /** Takes no more work and waits for what is under way. */
  stop(): Promise<void> {
    return this.#queue.stop();
  }

  async #work(key: string): Promise<void> {
    const [name = "", ...place] = key.split(separator);
    const cluster = this.scope.cluster(name);
    // A cluster that is gone has no work left.
    if (cluster !== undefined) await this.reconcile(cluster, ...(place as readonly string[] as Place));
  }
}
