import type { Request } from "@catalyst/ports/transport";

export type RegistryAction = "pull" | "push" | "delete";

/** What a caller may do below a prefix: `acme/` covers `acme/app` and deeper; an empty prefix everything. */
export interface RegistryGrant {
  readonly prefix: string;
  readonly actions: readonly RegistryAction[];
}

export interface RegistryCaller {
  readonly name: string;
  readonly grants: readonly RegistryGrant[];
}

export type AccessVerdict = "allowed" | "denied" | "unauthenticated";

/**
 * Decides who may do what. `repository` is undefined for requests about the registry itself. The verdict
 * must not depend on whether the repository exists: a refusal then tells nothing.
 */
export type RegistryAccess = (
  request: Request,
  repository: string | undefined,
  action: RegistryAction,
) => Promise<AccessVerdict>;

export interface TokenAccessOptions {
  /** Below these anyone on this machine may pull. */
  readonly publicPrefixes: readonly string[];
  /** Whose token it is; undefined when it isn't valid. Basic's user name is ignored: the token decides. */
  readonly authenticate: (token: string) => Promise<RegistryCaller | undefined>;
}

/** Access by token (Bearer, or Basic with the token as password), with anonymous pulls from loopback. */
export function tokenAccess(options: TokenAccessOptions): RegistryAccess {
  return async (request, repository, action) => {
    const token = tokenOf(request.headers["authorization"]);
    if (token === undefined) {
      // Programs ask for the registry itself first, and send credentials later only if they are asked here.
      if (repository === undefined) return "unauthenticated";
      const open = action === "pull" && fromLoopback(request) && covers(options.publicPrefixes, repository);
      return open ? "allowed" : "unauthenticated";
    }
    const caller = token === "" ? undefined : await options.authenticate(token);
    if (caller === undefined) return "unauthenticated";
    if (repository === undefined) return "allowed";
    if (action === "pull" && covers(options.publicPrefixes, repository)) return "allowed";
    const granted = caller.grants.some(
      (grant) => grant.actions.includes(action) && covers([grant.prefix], repository),
    );
    return granted ? "allowed" : "denied";
  };
}

/**
 * The token of an Authorization header; empty for one that can't be read. Undefined without one, and for
 * Basic without a password: so podman says that it has no credentials.
 */
function tokenOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const [scheme = "", value = ""] = header.trim().split(/\s+/, 2);
  if (scheme.toLowerCase() === "bearer") return value;
  if (scheme.toLowerCase() !== "basic") return "";
  const pair = Buffer.from(value, "base64").toString("utf8");
  if (pair === ":") return undefined;
  return pair.includes(":") ? pair.slice(pair.indexOf(":") + 1) : "";
}

function covers(prefixes: readonly string[], repository: string): boolean {
  return prefixes.some((prefix) => {
    const folder = prefix.replace(/\/+$/, "");
    return folder === "" || repository === folder || repository.startsWith(`${folder}/`);
  });
}

function fromLoopback(request: Request): boolean {
  const address = request.remoteAddress?.replace(/^::ffff:/, "");
  return address === undefined || address === "::1" || address.startsWith("127.");
}
