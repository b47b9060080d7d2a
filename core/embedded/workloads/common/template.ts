import { createHash } from "node:crypto";
import { canonicalJson } from "@catalyst/base/json";
import type { KubeObject, ObjectMeta, Pod, PodTemplate } from "@catalyst/ports/kubernetes";
import { controllerReference } from "./owner.ts";

/** Letters and digits that can't form words: Kubernetes' alphabet for generated names. */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";

/** Ten characters that tell one value from another; `collisions` moves the result after a clash. */
export function shortHash(value: unknown, collisions = 0): string {
  const digest = createHash("sha256").update(canonicalJson(value)).update(String(collisions)).digest();
  return [...digest.subarray(0, 10)].map((byte) => alphabet[byte % alphabet.length]).join("");
}

/** Makes a Pod of an owner's template, of whose metadata labels, annotations and finalizers count. */
export function podOf(owner: KubeObject, template: PodTemplate, metadata: Partial<ObjectMeta>): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      // With generateName the server chooses the name.
      name: "",
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ...(owner.metadata.namespace === undefined ? {} : { namespace: owner.metadata.namespace }),
      ownerReferences: [controllerReference(owner)],
      ...metadata,
      labels: { ...labels, ...metadata.labels },
    },
    spec: template.spec,
  };
}
