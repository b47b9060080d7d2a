import type { KubeObject, ResourceType } from "../kubernetes/index.ts";

/** A condition as External Secrets writes it: without the generation it was seen at. */
export interface ExternalSecretsCondition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** A key of a Secret in the same cluster. */
export interface SecretKeyReference {
  readonly name?: string;
  readonly namespace?: string;
  readonly key?: string;
}

/** A store reached by Vault's HTTP API. */
export interface VaultProvider {
  readonly server: string;
  /** Where the KV engine is mounted. */
  readonly path?: string;
  readonly version?: "v1" | "v2";
  readonly auth?: { readonly tokenSecretRef?: SecretKeyReference; readonly [method: string]: unknown };
  readonly [field: string]: unknown;
}

/** SecretStore and ClusterSecretStore (external-secrets.io/v1): where secrets come from, and with what credentials. */
export interface ExternalStore extends KubeObject {
  readonly spec: {
    readonly controller?: string;
    readonly provider?: { readonly vault?: VaultProvider; readonly [provider: string]: unknown };
    readonly conditions?: readonly {
      readonly namespaces?: readonly string[];
      readonly [field: string]: unknown;
    }[];
    readonly refreshInterval?: number;
    readonly [field: string]: unknown;
  };
  readonly status?: {
    readonly conditions?: readonly ExternalSecretsCondition[];
    readonly capabilities?: "ReadOnly" | "WriteOnly" | "ReadWrite";
  };
}

/** One value of a store: `property` of the secret at `key`, in one version or the newest. */
export interface RemoteReference {
  readonly key: string;
  readonly property?: string;
  readonly version?: string;
  readonly [field: string]: unknown;
}

/** ExternalSecret (external-secrets.io/v1): a Secret made of values of a store. */
export interface ExternalSecret extends KubeObject {
  readonly spec: {
    readonly refreshInterval?: string;
    readonly refreshPolicy?: "CreatedOnce" | "Periodic" | "OnChange";
    readonly secretStoreRef?: {
      readonly kind?: "SecretStore" | "ClusterSecretStore";
      readonly name?: string;
    };
    readonly target?: {
      readonly name?: string;
      readonly creationPolicy?: "Owner" | "Orphan" | "Merge" | "None";
      readonly deletionPolicy?: "Delete" | "Merge" | "Retain";
      readonly [field: string]: unknown;
    };
    readonly data?: readonly {
      readonly secretKey: string;
      readonly remoteRef: RemoteReference;
      readonly [field: string]: unknown;
    }[];
    readonly [field: string]: unknown;
  };
  readonly status?: {
    readonly conditions?: readonly ExternalSecretsCondition[];
    readonly refreshTime?: string;
    /** `<generation>-<hash>` of what was carried out last. */
    readonly syncedResourceVersion?: string;
    readonly binding?: { readonly name?: string };
  };
}

const common = { group: "external-secrets.io", version: "v1" } as const;

export const externalSecrets: ResourceType<ExternalSecret> = {
  ...common,
  kind: "ExternalSecret",
  plural: "externalsecrets",
  namespaced: true,
};
export const secretStores: ResourceType<ExternalStore> = {
  ...common,
  kind: "SecretStore",
  plural: "secretstores",
  namespaced: true,
};
export const clusterSecretStores: ResourceType<ExternalStore> = {
  ...common,
  kind: "ClusterSecretStore",
  plural: "clustersecretstores",
  namespaced: false,
};

/** Tells whether an ExternalSecret's Secret holds what its present spec asks for, whatever a refresh since came to. */
export function isSynced(object: ExternalSecret): boolean {
  return object.status?.syncedResourceVersion?.startsWith(`${object.metadata.generation}-`) ?? false;
}
