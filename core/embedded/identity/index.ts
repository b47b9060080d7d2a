export { passwordLink } from "./password.ts";
export { type IdentityListener, type IdentityOptions, openIdentity, type RelyingParty } from "./provider.ts";
export { ProviderRecords } from "./records.ts";
export { newSigningKey } from "./signing-key.ts";
export { type LocalUser, Users } from "./users.ts";
