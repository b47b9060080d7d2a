import type { Ingress, LimitRange, ResourceQuota, StorageClass } from "@catalyst/ports/kubernetes";

/** An Ingress and the Environment whose cluster it is in. */
export interface PlacedIngress {
  readonly environment: string;
  readonly ingress: Ingress;
}

/**
 * What preflight asks of the clusters as they are now. Undefined: the Environment's cluster can't be asked, such as
 * when it isn't there yet.
 */
export interface LiveState {
  /** Of all Environments: a host name has one owner in the whole Sovereign. */
  ingresses(): Promise<readonly PlacedIngress[]>;
  storageClasses(environment: string): Promise<readonly StorageClass[] | undefined>;
  /** Of all namespaces of the Environment's cluster. */
  quotas(environment: string): Promise<readonly ResourceQuota[] | undefined>;
  limitRanges(environment: string): Promise<readonly LimitRange[] | undefined>;
}
