export * from "./access/authenticate.ts";
export type { Principal } from "./access/principal.ts";
export { maySee, requirePermission } from "./access/principal.ts";
export * from "./access/sessions.ts";
export * from "./access/tokens.ts";
export * from "./operations/operations.ts";
export * from "./options.ts";
export { Stream } from "./stream/stream.ts";
export { membersOf } from "./views.ts";
