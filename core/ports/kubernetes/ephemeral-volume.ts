import type { Pod, Volume } from "./pod.ts";
import type { PersistentVolumeClaim } from "./volumes.ts";

/** What the claim of an ephemeral volume is made of. */
export interface VolumeClaimTemplate {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: PersistentVolumeClaim["spec"];
}

/** The name of the claim that is made for a Pod's ephemeral volume. */
export function ephemeralClaimName({ metadata }: Pod, { name }: Pick<Volume, "name">): string {
  return `${metadata.name}-${name}`;
}

/** Why a claim that has the name isn't the Pod's own, in upstream's words; undefined when it is. */
export function ephemeralClaimFault(pod: Pod, claim: PersistentVolumeClaim): string | undefined {
  const { namespace, name, uid } = pod.metadata;
  if (claim.metadata.ownerReferences?.some((owner) => owner.uid === uid) === true) return undefined;
  return `PVC "${namespace}/${claim.metadata.name}" was not created for pod "${namespace}/${name}" (pod is not owner)`;
}
