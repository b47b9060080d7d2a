/**
 * Signing people in by OpenID Connect's code flow with PKCE. Errors: `sign-in-refused` (the provider said no,
 * or the answer isn't to this browser's question), `identity-unavailable`.
 */
export interface SignIn {
  /** Where to send the browser; `state` is to come back with its answer, kept in the browser meanwhile. */
  begin(
    redirectUri: string,
    returnTo: string,
  ): Promise<{ readonly location: string; readonly state: string }>;
  /** Ends the flow by the address the browser came back to; gives the user and where it wanted to go. */
  complete(callbackUrl: string, state: string): Promise<{ readonly user: string; readonly returnTo: string }>;
}
