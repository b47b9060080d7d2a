import {
  type ClusterName,
  KubernetesError,
  managementCluster,
  type ObjectKey,
  type ResourceType,
} from "@catalyst/ports/kubernetes";

/** Where a cluster's API begins: `` or `/clusters/acme-dev`. */
export function clusterPath(cluster: ClusterName): string {
  return cluster === managementCluster ? "" : `/clusters/${encodeURIComponent(cluster)}`;
}

/**
 * A name as a part of a path. Names come from what people write: one that would lead elsewhere is refused in the words
 * of Kubernetes' own client (`IsValidPathSegmentName`). Throws `kubernetes-invalid`.
 */
function segment(what: "namespace" | "resource name", name: string): string {
  const reasons =
    name === "." || name === ".."
      ? [`may not be '${name}'`]
      : ["/", "%"].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
  if (reasons.length === 0) return encodeURIComponent(name);
  throw refused(`invalid ${what} "${name}": [${reasons.join(" ")}]`);
}

function refused(message: string): KubernetesError {
  return new KubernetesError("kubernetes-invalid", 400, "BadRequest", message);
}

/** The path of a kind's collection. Throws `kubernetes-invalid` for a namespace that would lead elsewhere. */
export function collectionPath(
  cluster: ClusterName,
  type: ResourceType,
  namespace: string | undefined,
): string {
  const root = type.group === "" ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  const within =
    type.namespaced && namespace !== undefined ? `/namespaces/${segment("namespace", namespace)}` : "";
  return `${clusterPath(cluster)}${root}${within}/${type.plural}`;
}

/**
 * The path of one object, or of a subresource of it. Throws `kubernetes-invalid` for a name that is none or would lead
 * elsewhere.
 */
export function objectPath(
  cluster: ClusterName,
  type: ResourceType,
  key: ObjectKey,
  subresource?: string,
): string {
  // an object as somebody wrote it may have none
  if ((key.name ?? "") === "") throw refused("resource name may not be empty");
  const path = `${collectionPath(cluster, type, key.namespace)}/${segment("resource name", key.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** Prints a query; undefined values are left out. */
export function query(fields: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const parts = Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encodeURIComponent(String(value))}`],
  );
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}
