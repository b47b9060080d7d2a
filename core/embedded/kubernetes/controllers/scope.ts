import type { ClusterName } from "@catalyst/ports/kubernetes";
import type { Cluster } from "../cluster/cluster.ts";
import type { Parts } from "../server/parts.ts";

/** What the server's own controllers work on. */
export interface ControllerScope {
  readonly parts: Parts;
  cluster(name: ClusterName): Cluster | undefined;
  clusters(): Iterable<Cluster>;
  /** PEM of the authority Pods are to trust. */
  readonly rootCertificate: string | undefined;
}
