export * from "./controller.ts";
export type { RegistryCredentials } from "./credentials.ts";
export type { OpenRegistry, VerifySignature } from "./observe.ts";
