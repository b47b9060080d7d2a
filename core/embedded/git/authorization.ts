import type { Pusher, RepositoryRef } from "@catalyst/ports/git";

/**
 * What a principal may do. Asked anew for every request and for every ref of a push; nothing is remembered. A
 * principal that stands for a token carries its scopes, so that every route is held to them alike.
 */
export interface GitAuthorization<P extends Pusher> {
  mayRead(principal: P, repository: RepositoryRef): boolean | Promise<boolean>;
  /** Without a ref: whether there can be any ref it may write. */
  mayWrite(principal: P, repository: RepositoryRef, ref?: string): boolean | Promise<boolean>;
  /** Create and delete repositories of an owner and the owner itself, webhooks and branch rules. */
  mayAdminister(principal: P, owner: string): boolean | Promise<boolean>;
}
