export { type Demand, openSecrets, type SecretsOptions } from "./secrets-handler.ts";
