import {
  type ClusterName,
  managementCluster,
  type ObjectKey,
  type ResourceType,
} from "@catalyst/ports/kubernetes";

/** Where a cluster's API begins: `` or `/clusters/acme-dev`. */
export function clusterPath(cluster: ClusterName): string {
  return cluster === managementCluster ? "" : `/clusters/${encodeURIComponent(cluster)}`;
}

/** The path of a kind's collection. */
export function collectionPath(
  cluster: ClusterName,
  type: ResourceType,
  namespace: string | undefined,
): string {
  const root = type.group === "" ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  const within =
    type.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${clusterPath(cluster)}${root}${within}/${type.plural}`;
}

/** The path of one object, or of a subresource of it. */
export function objectPath(
  cluster: ClusterName,
  type: ResourceType,
  key: ObjectKey,
  subresource?: string,
): string {
  const path = `${collectionPath(cluster, type, key.namespace)}/${encodeURIComponent(key.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** Prints a query; undefined values are left out. */
export function query(fields: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const parts = Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encodeURIComponent(String(value))}`],
  );
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}
