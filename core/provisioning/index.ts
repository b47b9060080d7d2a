export * from "./author.ts";
export * from "./environment-repository.ts";
export * from "./judge.ts";
export * from "./organizations.ts";
export * from "./provisioning.ts";
export * from "./secrets/application-secrets.ts";
export * from "./secrets/remove-all.ts";
export * from "./secrets/sweep.ts";
