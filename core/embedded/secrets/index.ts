export { type Capability, openSecrets, type SecretsOptions } from "./secrets-handler.ts";
