export * from "./author.ts";
export * from "./environment-repository.ts";
export * from "./judge.ts";
export { liveState } from "./live-state.ts";
export * from "./organizations.ts";
export * from "./provisioning.ts";
export { sovereignDocument, sovereignPath } from "./system-repository.ts";
