export * from "./cluster-roles.ts";
export * from "./controller.ts";
export { applicationsKustomization, environmentSource } from "./objects.ts";
export { platformSignature } from "./repository.ts";
