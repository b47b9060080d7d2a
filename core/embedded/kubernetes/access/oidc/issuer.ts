import type { ClusterName } from "@catalyst/ports/kubernetes";

/** Where something of a user comes from: a claim by its name, or what an expression makes of `claims`. */
export interface ClaimOrExpression {
  readonly claim?: string;
  readonly expression?: string;
}

/** With a claim, the prefix keeps names of one issuer apart from all others; it may be empty. */
export interface PrefixedClaimOrExpression extends ClaimOrExpression {
  readonly prefix?: string;
}

/** An expression of CEL that must be true, and what is said when it isn't. */
export interface Condition {
  readonly expression: string;
  readonly message?: string;
}

/**
 * Somebody else's identity provider whose tokens are let in: a `jwt` of apiserver.config.k8s.io/v1
 * AuthenticationConfiguration.
 */
export interface JwtIssuer {
  readonly issuer: {
    /** `https://…`, as the tokens' `iss` says it. */
    readonly url: string;
    /** Where its discovery document is; default: below `url`. */
    readonly discoveryURL?: string;
    /** PEM of who vouches for the issuer's own certificate; default: the authorities that Node trusts. */
    readonly certificateAuthority?: string;
    /** A token must be meant for one of these (security case 24). */
    readonly audiences: readonly string[];
    readonly audienceMatchPolicy?: "MatchAny";
  };
  readonly claimMappings: {
    readonly username: PrefixedClaimOrExpression;
    readonly groups?: PrefixedClaimOrExpression;
    readonly uid?: ClaimOrExpression;
    readonly extra?: readonly { readonly key: string; readonly valueExpression: string }[];
  };
  /** Claims a token must have with these values, and what must be true of its claims. */
  readonly claimValidationRules?: readonly (
    | { readonly claim: string; readonly requiredValue?: string }
    | Condition
  )[];
  /** What must be true of the `user` that comes out. */
  readonly userValidationRules?: readonly Condition[];
  /** The clusters its tokens are good for; absent: all. */
  readonly clusters?: readonly ClusterName[];
}
