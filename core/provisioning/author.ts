import type { Signature } from "@catalyst/ports/git";

/** The person a change is made for: the author of its commit. */
export interface Author extends Signature {
  /** The user's name at the identity provider. */
  readonly user: string;
}
