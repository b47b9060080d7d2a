import type { Signature } from "@catalyst/ports/git";

/** Who asks for a plan, and what their credential carries. */
export interface Caller {
  /** The user's name at the identity provider. */
  readonly user: string;
  readonly scope: "read" | "write";
}

/** The person a change is made for: the author of its commit. */
export interface Author extends Signature {
  /** The user's name at the identity provider. */
  readonly user: string;
}
