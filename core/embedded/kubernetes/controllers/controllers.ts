import type { ClusterName } from "@catalyst/ports/kubernetes";
import type { Cluster } from "../cluster/cluster.ts";
import type { Parts } from "../server/parts.ts";

/** What the server's own controllers work on. */
export interface ControllerScope {
  readonly parts: Parts;
  cluster(name: ClusterName): Cluster | undefined;
  clusters(): Iterable<Cluster>;
  readonly rootCertificate: string | undefined;
}

/** Starts the controllers that belong to the server itself; call the result to stop them. */
export function startControllers(_scope: ControllerScope): () => Promise<void> {
  return async () => undefined;
}
