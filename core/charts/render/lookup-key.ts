/** What a template asked the cluster for. Without a name it is the list of a kind. */
export interface LookupKey {
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for a cluster-wide kind, or for all namespaces. */
  readonly namespace: string;
  readonly name: string;
}

/** A text that tells look-ups apart, for a caller's map of those fetched. */
export function lookupText(key: LookupKey): string {
  return JSON.stringify([key.apiVersion, key.kind, key.namespace, key.name]);
}
