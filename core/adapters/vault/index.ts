export { type VaultOptions, vaultSecrets } from "./vault-secrets.ts";
