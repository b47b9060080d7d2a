import type { KubeObject } from "@catalyst/ports/kubernetes";
import { resourceKey } from "../cluster/kinds.ts";
import type { Admitter } from "./admitter.ts";

const finalizers: Readonly<Record<string, string>> = {
  "/persistentvolumeclaims": "kubernetes.io/pvc-protection",
  "/persistentvolumes": "kubernetes.io/pv-protection",
};

/** Holds claims and volumes by a finalizer, which goes when nobody uses them any more. */
export const inUseProtection: Admitter = {
  name: "StorageObjectInUseProtection",
  operations: ["CREATE"],
  resources: Object.keys(finalizers),
  admit: ({ kind, object }) => withFinalizer(object as KubeObject, finalizers[resourceKey(kind)] ?? ""),
};

function withFinalizer(object: KubeObject, finalizer: string): KubeObject {
  const held = object.metadata.finalizers ?? [];
  if (held.includes(finalizer)) return object;
  return { ...object, metadata: { ...object.metadata, finalizers: [...held, finalizer] } };
}
