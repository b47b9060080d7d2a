export * from "./keys.ts";
export * from "./sign.ts";
export * from "./verify.ts";
export * from "./verify-signature.ts";
