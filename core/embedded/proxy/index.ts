export {
  connectionHeaders,
  type ForwardOptions,
  type ForwardTarget,
  forward,
  forwardedHeaders,
} from "./forward.ts";
export { isOnOwnNetwork } from "./own-network.ts";
export { type RewriteUrl, rewriteLinks } from "./rewrite-links.ts";
export { type Dial, dialOf, isSpecialAddress } from "./special-address.ts";
