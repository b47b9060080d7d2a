export { type EventSpineOptions, openEventSpine } from "./event-spine.ts";
export type { Retention } from "./log.ts";
