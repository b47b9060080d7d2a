export { externalSecretController } from "./controller.ts";
