import { isTokenLike, type Tokens } from "@catalyst/api";
import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import { isSameSecret } from "@catalyst/base/same-secret";
import { clusterGroup, readersGroup } from "@catalyst/controllers/environment";
import type { GitAuthorization } from "@catalyst/embedded-git";
import type { LocalUser, Users } from "@catalyst/embedded-identity";
import { mastersGroup, type User } from "@catalyst/embedded-kubernetes";
import type { RegistryCaller } from "@catalyst/embedded-registry";
import type { Demand } from "@catalyst/embedded-secrets";
import { catalogRepository, isEnvironmentType, isSecretOf, systemRepository } from "@catalyst/model/naming";
import type { OrganizationRole } from "@catalyst/model/role";
import type { Pusher, RepositoryRef } from "@catalyst/ports/git";
import { managementCluster } from "@catalyst/ports/kubernetes";
import type { Request } from "@catalyst/ports/transport";
import type { Caller } from "@catalyst/provisioning";
import { derivedSecret } from "./key-files.ts";
import type { MembersOf } from "./members.ts";

/** Who talks to the Git host. */
export interface GitPrincipal extends Pusher {
  readonly sovereignAdmin: boolean;
  readonly scope: "read" | "write";
  /** Flux of one Environment's cluster: it reads that repository and nothing else. */
  readonly onlyRepository?: string | undefined;
}

/** Catalyst's own account at its servers. */
export const platformAccount = { user: "catalyst", name: "Catalyst", email: "catalyst@localhost" } as const;

/** The account by which Flux in an Environment's cluster reads the Environment's repository. */
export const fluxAccount = "flux";

/** Somebody at the secret store. */
export interface SecretsCaller {
  may(demand: Demand): boolean;
}

/** How the token of an Environment's cluster begins, so that it says which Environment's it is. */
const readerPrefix = "reader.";

function isValueRead(capability: Demand["capability"], area: string): boolean {
  return capability === "read" && area === "data";
}

export interface AccessOptions {
  /** What derived secrets follow from. */
  readonly master: string;
  readonly users: Users;
  readonly tokens: Tokens;
  membersOf: MembersOf;
}

/** Decides, for every server of this process, whose credential it is and what it carries. */
export class Access {
  readonly #options: AccessOptions;
  /** The password of Catalyst's own account, for this run alone would do; derived, so it holds over runs. */
  readonly platformToken: string;

  constructor(options: AccessOptions) {
    this.#options = options;
    this.platformToken = derivedSecret(options.master, "platform");
  }

  /** The password by which Flux reads one repository. */
  fluxToken(repository: string): string {
    return derivedSecret(this.#options.master, `flux:${repository}`);
  }

  async git(request: Request): Promise<GitPrincipal | undefined> {
    const { user, secret } = credentialsOf(request);
    if (secret === undefined) return undefined;
    if (user === platformAccount.user && isSameSecret(secret, this.platformToken)) {
      return {
        user: platformAccount.user,
        email: platformAccount.email,
        platform: true,
        sovereignAdmin: true,
        scope: "write",
      };
    }
    const repository = user?.startsWith(`${fluxAccount}.`) ? user.slice(fluxAccount.length + 1) : undefined;
    if (repository !== undefined) {
      if (!isSameSecret(secret, this.fluxToken(repository))) return undefined;
      return {
        user: fluxAccount,
        email: platformAccount.email,
        platform: false,
        sovereignAdmin: false,
        scope: "read",
        onlyRepository: repository,
      };
    }
    const found = await this.#person(user, secret);
    return found === undefined
      ? undefined
      : {
          user: found.person.user,
          email: found.person.email,
          platform: false,
          sovereignAdmin: found.person.sovereignAdmin,
          scope: found.scope,
        };
  }

  readonly gitAuthorization: GitAuthorization<GitPrincipal> = {
    mayRead: (principal, repository) => this.#mayRead(principal, repository),
    mayWrite: (principal, repository, ref) => this.#mayWrite(principal, repository, ref),
    mayAdminister: (principal) => principal.platform,
  };

  async registry(token: string): Promise<RegistryCaller | undefined> {
    if (isSameSecret(token, this.platformToken))
      return { name: platformAccount.user, grants: [{ prefix: "", actions: ["pull", "push", "delete"] }] };
    const found = await this.#person(undefined, token);
    if (found === undefined) return undefined;
    const { person, scope } = found;
    const write = scope === "write" && person.sovereignAdmin;
    return {
      name: person.user,
      grants: person.sovereignAdmin
        ? [{ prefix: "", actions: write ? ["pull", "push", "delete"] : ["pull"] }]
        : [],
    };
  }

  /** Catalyst's own token at the secret store: it gives and destroys values, and can't read one. */
  get secretsToken(): string {
    return derivedSecret(this.#options.master, "secrets");
  }

  /** The token by which an Environment's cluster reads the Environment's part of the secret store. */
  secretsReaderToken(environment: string): string {
    return `${readerPrefix}${environment}.${derivedSecret(this.#options.master, `secrets:${environment}`)}`;
  }

  /** Who talks to the secret store, as far as it concerns what they may do there. */
  async secrets(token: string): Promise<SecretsCaller | undefined> {
    if (isSameSecret(token, this.secretsToken))
      return { may: ({ capability, area }) => !isValueRead(capability, area) };
    const [environment = ""] = token.startsWith(readerPrefix)
      ? token.slice(readerPrefix.length).split(".")
      : [];
    if (environment !== "" && isSameSecret(token, this.secretsReaderToken(environment)))
      return { may: ({ capability, path }) => capability === "read" && isSecretOf(environment, path) };
    const found = await this.#person(undefined, token);
    if (found === undefined) return undefined;
    const isAdmin = found.person.sovereignAdmin && found.scope === "write";
    return { may: () => isAdmin };
  }

  /**
   * A user in a cluster: a sovereign-admin is master everywhere, a member what its role gives in its
   * Environments. To others an Environment's cluster isn't there: throws `kubernetes-cluster-gone`.
   */
  async kubernetes(token: string, cluster: string): Promise<User | undefined> {
    const found = await this.#person(undefined, token);
    if (found === undefined) return undefined;
    const { person, scope } = found;
    if (!person.sovereignAdmin && cluster === managementCluster) return { name: person.user, groups: [] };
    const user = this.#clusterUser(person, scope, cluster);
    if (user === undefined)
      throw new CatalystError("kubernetes-cluster-gone", `there is no cluster "${cluster}"`);
    return user;
  }

  /** Somebody as an Environment's cluster knows them; undefined when they have no part in it. */
  clusterUser({ user, scope }: Caller, environment: string): User | undefined {
    const person = this.#options.users.find(user);
    return person === undefined ? undefined : this.#clusterUser(person, scope, environment);
  }

  #clusterUser(
    { user, sovereignAdmin }: Pick<LocalUser, "user" | "sovereignAdmin">,
    scope: "read" | "write",
    cluster: string,
  ): User | undefined {
    if (sovereignAdmin) return { name: user, groups: scope === "write" ? [mastersGroup] : [readersGroup] };
    const role = this.#role(user, organizationOf(cluster), cluster);
    return role === undefined ? undefined : { name: user, groups: [clusterGroup(role, scope)] };
  }

  /** Whether somebody may change what of an Environment's repository is protected. */
  async mayChange(user: string, environment: string, part: "environment" | "policy"): Promise<boolean> {
    if (this.#options.users.find(user)?.sovereignAdmin === true) return true;
    const role = this.#role(user, organizationOf(environment), environment);
    return part === "policy" ? role === "security-officer" : role === "org-admin";
  }

  async #person(
    user: string | undefined,
    secret: string,
  ): Promise<{ readonly person: LocalUser; readonly scope: "read" | "write" } | undefined> {
    const { tokens, users } = this.#options;
    const record = tokens.verify(secret);
    if (record !== undefined) {
      const person = users.find(record.user);
      return person === undefined ||
        (user !== undefined && user !== "" && user !== record.user && user !== "token")
        ? undefined
        : { person, scope: record.scope };
    }
    // a program that goes on with an ended token must not keep its owner from signing in
    if (user === undefined || isTokenLike(secret)) return undefined;
    const person = await users.verifyPassword(user, secret).catch((error: unknown) => {
      if (!isCatalystError(error, "password-blocked")) throw error;
      return undefined;
    });
    return person === undefined ? undefined : { person, scope: "write" };
  }

  #role(user: string, organization: string, environment?: string): OrganizationRole | undefined {
    const member = this.#options.membersOf(organization)?.find((candidate) => candidate.user === user);
    if (member === undefined) return undefined;
    return environment !== undefined &&
      member.environments !== undefined &&
      !member.environments.includes(environment)
      ? undefined
      : member.role;
  }

  #mayRead(principal: GitPrincipal, { owner, name }: RepositoryRef): boolean {
    if (principal.onlyRepository !== undefined) return principal.onlyRepository === `${owner}/${name}`;
    if (principal.sovereignAdmin || owner === catalogRepository.owner) return true;
    return this.#role(principal.user, owner, environmentOf(owner, name)) !== undefined;
  }

  #mayWrite(principal: GitPrincipal, repository: RepositoryRef, _ref: string | undefined): boolean {
    const { owner, name } = repository;
    if (principal.scope === "read" || !this.#mayRead(principal, repository)) return false;
    if (principal.platform) return true;
    if (owner === catalogRepository.owner) return false;
    if (principal.sovereignAdmin) return true;
    if (owner === systemRepository.owner) return false;
    const role = this.#role(principal.user, owner, environmentOf(owner, name));
    return (
      role === "org-admin" ||
      role === "org-developer" ||
      (role === "security-officer" && environmentOf(owner, name) !== undefined)
    );
  }
}

function environmentOf(owner: string, name: string): string | undefined {
  return name.startsWith(`${owner}-`) && isEnvironmentType(name.slice(owner.length + 1)) ? name : undefined;
}

function organizationOf(environment: string): string {
  return environment.slice(0, Math.max(environment.lastIndexOf("-"), 0));
}

/** A bearer token, or the user and password of Basic. */
export function credentialsOf(request: Pick<Request, "headers">): {
  readonly user?: string;
  readonly secret?: string;
} {
  const [scheme = "", value = ""] = (request.headers["authorization"] ?? "").trim().split(/\s+/, 2);
  if (/^(bearer|token)$/i.test(scheme)) return { secret: value };
  if (!/^basic$/i.test(scheme)) return {};
  const text = Buffer.from(value, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? {} : { user: text.slice(0, colon), secret: text.slice(colon + 1) };
}
