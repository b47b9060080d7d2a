import { parseQuantity } from "@catalyst/base/quantity";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { forbidden } from "../request/errors.ts";
import type { Admitter } from "./admitter.ts";
import type { Attributes } from "./attributes.ts";

interface Claim extends KubeObject {
  readonly spec?: {
    readonly storageClassName?: string;
    readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
  };
  readonly status?: { readonly phase?: string };
}

/** Lets a claim grow only once it is bound, and if its StorageClass allows it. */
export const claimResize: Admitter = {
  name: "PersistentVolumeClaimResize",
  operations: ["UPDATE"],
  resources: ["/persistentvolumeclaims"],
  validate: (attributes) => {
    const claim = attributes.object as Claim;
    const stored = attributes.oldObject as Claim;
    if (askedSize(claim) <= askedSize(stored)) return;
    const why = refusal(attributes, claim, stored);
    if (why !== undefined) throw forbidden(attributes.kind, claim.metadata.name, why);
  },
};

function refusal({ cluster }: Attributes, claim: Claim, stored: Claim): string | undefined {
  if (stored.status?.phase !== "Bound") return "Only bound persistent volume claims can be expanded";
  const name = classOf(claim);
  const storageClass = cluster.find("storage.k8s.io/storageclasses", undefined, name);
  const mayGrow = storageClass?.["allowVolumeExpansion"] === true && name === classOf(stored);
  return mayGrow
    ? undefined
    : "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize";
}

function askedSize(claim: Claim): bigint {
  return parseQuantity(claim.spec?.resources?.requests?.["storage"] ?? "0")?.nanos ?? 0n;
}

/** The annotation is where the class was named before there was a field. */
function classOf({ metadata, spec }: Claim): string {
  return metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec?.storageClassName ?? "";
}
