import { CatalystError } from "@catalyst/base/errors";
import {
  clusterSecretStores,
  type ExternalSecret,
  type ExternalStore,
  secretStores,
} from "@catalyst/ports/external-secrets";
import type { ClusterClient } from "@catalyst/ports/kubernetes";
import type { SecretStore } from "@catalyst/ports/secrets";
import { type OpenVault, vaultAddress } from "./vault-address.ts";

/**
 * Opens the store an ExternalSecret names, with that store's own credentials. Throws `store-missing`,
 * `store-forbidden` (a ClusterSecretStore that isn't for this namespace) and `store-invalid`.
 */
export async function openStore(
  client: ClusterClient,
  object: ExternalSecret,
  openVault: OpenVault,
): Promise<SecretStore> {
  const { kind = "SecretStore", name = "" } = object.spec.secretStoreRef ?? {};
  const namespace = object.metadata.namespace ?? "";
  const store = await (kind === "SecretStore"
    ? client.find(secretStores, { namespace, name })
    : client.find(clusterSecretStores, { name }));
  if (store === undefined)
    throw new CatalystError("store-missing", `could not get ${kind} "${name}", not found`);
  if (kind === "ClusterSecretStore") refuseOtherNamespace(store, namespace);
  return openVault(await vaultAddress(client, store));
}

/** Without conditions a ClusterSecretStore is for every namespace. */
function refuseOtherNamespace(store: ExternalStore, namespace: string): void {
  const conditions = store.spec.conditions ?? [];
  // selectors and patterns aren't carried out here: whoever relied on one of them gets nothing rather than all
  const named = conditions.some((condition) => condition.namespaces?.includes(namespace) === true);
  if (conditions.length > 0 && !named) {
    throw new CatalystError(
      "store-forbidden",
      `using cluster store "${store.metadata.name}" is not allowed from namespace "${namespace}": denied by spec.condition`,
    );
  }
}
