export { storeController } from "./controller.ts";
export { openStore } from "./open-store.ts";
export type { OpenVault, VaultAddress } from "./vault-address.ts";
