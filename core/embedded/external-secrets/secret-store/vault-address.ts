import { CatalystError } from "@catalyst/base/errors";
import type { ExternalStore, SecretKeyReference, VaultProvider } from "@catalyst/ports/external-secrets";
import { type ClusterClient, secrets } from "@catalyst/ports/kubernetes";
import type { SecretStore } from "@catalyst/ports/secrets";

/** How a Vault API is reached. */
export interface VaultAddress {
  /** `http://localhost:8700/vault`. */
  readonly server: string;
  /** Where the KV engine, version 2, is mounted. */
  readonly mount: string;
  readonly token: string;
}

export type OpenVault = (address: VaultAddress) => SecretStore;

/**
 * Fields of External Secrets that aren't carried out here. Some decide whom a store trusts, so they are refused
 * rather than ignored.
 */
const refusedFields = ["caBundle", "caProvider", "headers", "namespace", "tls"] as const;

/** Reads how a store is reached, with its token. Throws `store-invalid`, which names what is wrong, never a value. */
export async function vaultAddress(client: ClusterClient, store: ExternalStore): Promise<VaultAddress> {
  const vault = vaultOf(store);
  const reference = tokenReference(vault);
  const namespace = tokenNamespace(store, reference);
  const secret = await client.find(secrets, { namespace, name: reference.name });
  const encoded = secret?.data?.[reference.key];
  if (encoded === undefined) {
    const what = secret === undefined ? "not found" : `it has no key '${reference.key}'`;
    throw invalid(`cannot get Kubernetes secret '${namespace}/${reference.name}': ${what}`);
  }
  const token = Buffer.from(encoded, "base64").toString("utf8").trim();
  return { server: vault.server.replace(/\/+$/, ""), mount: vault.path ?? "", token };
}

function vaultOf(store: ExternalStore): VaultProvider {
  const vault = store.spec.provider?.vault;
  if (vault === undefined)
    throw invalid("spec.provider.vault is missing: this cluster knows no other provider");
  const refused = refusedFields.find((field) => vault[field] !== undefined);
  if (refused !== undefined) throw invalid(`spec.provider.vault.${refused} is not supported by this cluster`);
  if (vault.version === "v1") throw invalid("spec.provider.vault.version must be v2 in this cluster");
  if ((vault.path ?? "") === "") throw invalid("spec.provider.vault.path is missing");
  return vault;
}

function tokenReference({
  auth = {},
}: VaultProvider): Required<Pick<SecretKeyReference, "name" | "key">> & SecretKeyReference {
  const other = Object.keys(auth).find((method) => method !== "tokenSecretRef");
  if (other !== undefined)
    throw invalid(`spec.provider.vault.auth.${other} is not supported by this cluster`);
  const { name, key = "token", ...rest } = auth.tokenSecretRef ?? {};
  if (name === undefined) throw invalid("spec.provider.vault.auth.tokenSecretRef is missing");
  return { ...rest, name, key };
}

/** A store of a namespace reads Secrets of that namespace alone. */
function tokenNamespace(store: ExternalStore, reference: SecretKeyReference): string {
  const own = store.metadata.namespace;
  if (own !== undefined && reference.namespace !== undefined && reference.namespace !== own)
    throw invalid("spec.provider.vault.auth.tokenSecretRef.namespace must be the SecretStore's own");
  const namespace = own ?? reference.namespace;
  if (namespace === undefined)
    throw invalid("spec.provider.vault.auth.tokenSecretRef.namespace is missing in a ClusterSecretStore");
  return namespace;
}

function invalid(message: string): CatalystError {
  return new CatalystError("store-invalid", message);
}
