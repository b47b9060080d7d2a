import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Admitter } from "./admitter.ts";
import type { Actor } from "./attributes.ts";

const isDefault = "storageclass.kubernetes.io/is-default-class";

/** Gives a claim that names no class the default class; the newest one when there are several. */
export const defaultStorageClass: Admitter = {
  name: "DefaultStorageClass",
  operations: ["CREATE"],
  resources: ["/persistentvolumeclaims"],
  admit: (attributes) => withClass(attributes, attributes.object as KubeObject),
};

function withClass({ cluster }: Actor, claim: KubeObject): KubeObject {
  const spec = (claim.spec ?? {}) as { readonly storageClassName?: string };
  if (spec.storageClassName !== undefined) return claim;
  const [newest] = cluster
    .list("storage.k8s.io/storageclasses", false)
    .map((entry) => entry.object)
    .filter((storageClass) => storageClass.metadata.annotations?.[isDefault] === "true")
    .sort((a, b) => ((a.metadata.creationTimestamp ?? "") < (b.metadata.creationTimestamp ?? "") ? 1 : -1));
  if (newest === undefined) return claim;
  return { ...claim, spec: { ...spec, storageClassName: newest.metadata.name } };
}
