import { badRequest } from "../machinery/index.ts";
import { forbidden, notFound } from "../request/errors.ts";
import type { Admitter } from "./admitter.ts";
import { type Attributes, isNamespace } from "./attributes.ts";

/** Namespaces every cluster keeps. */
const lasting = new Set(["default", "kube-system", "kube-public"]);

/** Keeps the lasting namespaces, and lets nothing into one that doesn't exist or is going away. */
export const namespaceLifecycle: Admitter = {
  name: "NamespaceLifecycle",
  operations: ["CREATE", "UPDATE", "DELETE"],
  admit: (attributes) => {
    const { kind, operation, name, object, namespace } = attributes;
    if (isNamespace(kind)) {
      if (operation !== "DELETE" || attributes.subresource !== "" || !lasting.has(name)) return object;
      throw forbidden(kind, name, "this namespace may not be deleted");
    }
    if (!kind.namespaced || operation === "DELETE") return object;
    // whoever asks what they may do isn't told which namespaces there are
    if (kind.plural === "localsubjectaccessreviews") return object;
    if (namespace === "") throw badRequest("an object of this kind needs a namespace");
    checkLiving(attributes);
    return object;
  },
};

function checkLiving({ cluster, kind, operation, namespace, name }: Attributes): void {
  const holder = cluster.find("/namespaces", undefined, namespace);
  if (holder === undefined) throw notFound({ group: "", plural: "namespaces" }, namespace);
  if (operation !== "CREATE" || holder.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const message = `namespace ${namespace} is being terminated`;
  throw forbidden(kind, name, why, [
    { reason: "NamespaceTerminating", message, field: "metadata.namespace" },
  ]);
}
