export { externalSecretsDefinitions } from "./crds/index.ts";
export { type ExternalSecretsOptions, externalSecretsControllers } from "./external-secrets.ts";
export type { OpenVault, VaultAddress } from "./secret-store/index.ts";
