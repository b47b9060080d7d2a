import type { KubeObject } from "@catalyst/ports/kubernetes";
import { labelSelectorOf, type StatusError } from "../../machinery/index.ts";
import { notFound } from "../../request/errors.ts";
import { type Attributes, isNamespace } from "../attributes.ts";

/**
 * Tells whether a namespaceSelector is for a write; what is in no namespace every selector is for. Gives the
 * refusal (404) when the namespace isn't there: it counts only for what matches otherwise.
 */
export function namespaceMatches(selector: unknown, attributes: Attributes): boolean | StatusError {
  const { namespace, kind } = attributes;
  if (namespace === "" && kind.plural !== "namespaces") return true;
  const wanted = labelSelectorOf(selector ?? {});
  if (wanted.everything) return true;
  const holder = namespaceOf(attributes);
  if (holder === undefined) return notFound({ group: "", plural: "namespaces" }, namespace);
  return wanted.matches(holder.metadata.labels);
}

/** The namespace of a write: for the making or change of a Namespace what it is to be. */
function namespaceOf({ cluster, kind, operation, subresource, object, namespace }: Attributes) {
  const writes = operation === "CREATE" || operation === "UPDATE";
  if (isNamespace(kind) && subresource === "" && writes) return object;
  return cluster.find("/namespaces", undefined, namespace);
}

/** Tells whether an objectSelector is for a write: for the object as it was, or as it is to be. */
export function objectMatches(selector: unknown, { object, oldObject }: Attributes): boolean {
  const wanted = labelSelectorOf(selector ?? {});
  if (wanted.everything) return true;
  const fits = (one: KubeObject | undefined) => one !== undefined && wanted.matches(one.metadata?.labels);
  return fits(object) || fits(oldObject);
}
