import type { KubeObject } from "@catalyst/ports/kubernetes";
import { inVersionAsked } from "../../conversion/convert.ts";
import { labelSelectorOf, type ResourceKind } from "../../machinery/index.ts";
import { keyFor } from "../../storage/entry.ts";
import type { Attributes } from "../attributes.ts";
import { ConfigurationFault } from "./configuration-fault.ts";
import type { ParamKind, ParamRef } from "./policy.ts";

/** The resource a policy's parameters are of; undefined for a policy without. Throws ConfigurationFault. */
export function paramResource(
  { cluster }: Attributes,
  paramKind: ParamKind | undefined,
): ResourceKind | undefined {
  if (paramKind === undefined) return undefined;
  const { apiVersion, kind } = paramKind;
  const found = cluster.kinds.findKind(apiVersion, kind);
  if (found !== undefined) return found;
  const group = apiVersion.includes("/") ? apiVersion : `/${apiVersion}`;
  throw new ConfigurationFault(`failed to find resource referenced by paramKind: '${group}, Kind=${kind}'`);
}

/**
 * The objects a binding's paramRef means: the policy is evaluated once with each, once with null where there is
 * no paramRef. None means the binding has no effect. Throws ConfigurationFault.
 */
export async function paramsOf(
  attributes: Attributes,
  resource: ResourceKind | undefined,
  reference: ParamRef | undefined,
): Promise<readonly (KubeObject | null)[]> {
  if (resource === undefined || reference === undefined) return [null];
  const namespace = namespaceFor(attributes, resource, reference);
  const { parts, cluster } = attributes;
  const conversion = { parts, cluster, kind: resource };
  const found = await inVersionAsked(conversion, selected(attributes, resource, reference, namespace));
  if (found.length === 0 && reference.parameterNotFoundAction === "Deny") {
    throw new ConfigurationFault("no params found for policy binding with `Deny` parameterNotFoundAction");
  }
  return found;
}

function namespaceFor(
  attributes: Attributes,
  resource: ResourceKind,
  { namespace = "" }: ParamRef,
): string | undefined {
  if (!resource.namespaced) {
    if (namespace === "") return undefined;
    throw new ConfigurationFault("paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
  }
  const chosen = namespace || attributes.namespace;
  if (chosen !== "") return chosen;
  throw new ConfigurationFault(
    "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources",
  );
}

function selected(
  { cluster }: Attributes,
  resource: ResourceKind,
  { name = "", selector }: ParamRef,
  namespace: string | undefined,
): readonly KubeObject[] {
  const collection = cluster.collection(resource);
  if (name !== "") {
    const entry = collection.get(keyFor(namespace, name));
    return entry === undefined ? [] : [entry.object];
  }
  const wanted = labelSelectorOf(selector);
  return collection
    .list(namespace)
    .map(({ object }) => object)
    .filter(({ metadata }) => wanted.matches(metadata.labels));
}
