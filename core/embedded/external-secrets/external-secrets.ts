import type { Controller } from "@catalyst/reconciler";
import { externalSecretController } from "./external-secret/index.ts";
import { type OpenVault, storeController } from "./secret-store/index.ts";

export interface ExternalSecretsOptions {
  /** Reaches a Vault API; asked at every refresh. */
  readonly openVault: OpenVault;
}

/** Makes the controllers of External Secrets' kinds. */
export function externalSecretsControllers(options: ExternalSecretsOptions): readonly Controller[] {
  return [
    externalSecretController(options) as Controller,
    storeController("SecretStore") as Controller,
    storeController("ClusterSecretStore") as Controller,
  ];
}
