import { createHash } from "node:crypto";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { deepFreeze, type Entry, keyFor } from "../storage/entry.ts";

/** An entry that every cluster has from the beginning, until it has its own. */
export function sharedEntry(object: KubeObject): Entry {
  const { namespace, name } = object.metadata;
  return { id: 0, key: keyFor(namespace, name), object: deepFreeze(object), revision: 1 };
}

/** Metadata of such an entry; its uid is the same at every start, made from resource, namespace and name. */
export function sharedMetadata(plural: string, name: string, creationTimestamp: string, namespace?: string) {
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid: uidOf(`${plural}/${keyFor(namespace, name)}`),
    resourceVersion: "1",
    creationTimestamp,
  };
}

function uidOf(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
