export { type ForwardOptions, type ForwardTarget, forward, forwardedHeaders } from "./forward.ts";
