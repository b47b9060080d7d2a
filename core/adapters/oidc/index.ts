export { type OidcSignInOptions, oidcSignIn } from "./sign-in.ts";
