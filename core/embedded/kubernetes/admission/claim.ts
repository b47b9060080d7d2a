import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Call } from "../request/call.ts";

const isDefault = "storageclass.kubernetes.io/is-default-class";

/** Gives a claim that names no class the default class; the newest one when there are several. */
export function admitClaim(call: Call, claim: KubeObject): KubeObject {
  const spec = (claim.spec ?? {}) as { readonly storageClassName?: string };
  if (spec.storageClassName !== undefined) return claim;
  const [newest] = call.cluster
    .list("storage.k8s.io/storageclasses", false)
    .map((entry) => entry.object)
    .filter((storageClass) => storageClass.metadata.annotations?.[isDefault] === "true")
    .sort((a, b) => ((a.metadata.creationTimestamp ?? "") < (b.metadata.creationTimestamp ?? "") ? 1 : -1));
  if (newest === undefined) return claim;
  return { ...claim, spec: { ...spec, storageClassName: newest.metadata.name } };
}
