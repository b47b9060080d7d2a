import type { ClusterName } from "@catalyst/ports/kubernetes";
import type { Cluster } from "../cluster/cluster.ts";
import type { Parts } from "../server/parts.ts";
import type { Change } from "../storage/change.ts";

/** What the server's own controllers work on. */
export interface ControllerScope {
  readonly parts: Parts;
  cluster(name: ClusterName): Cluster | undefined;
  clusters(): Iterable<Cluster>;
  /** PEM of the authority Pods are to trust. */
  readonly rootCertificate: string | undefined;
}

/** A controller of the server itself. */
export interface ServerController {
  /** Looks at a whole cluster that exists at start; what comes later is seen change by change. */
  begin(cluster: Cluster): void;
  /** Looks at one committed change, at once. */
  see(change: Change, cluster: Cluster): void;
  stop(): Promise<void>;
}

/** A key of work within a cluster. The separator is in no name. */
export function workKey(cluster: Cluster, ...rest: readonly string[]): string {
  return [cluster.name, ...rest].join("\n");
}

export function splitKey(key: string): readonly string[] {
  return key.split("\n");
}
