/** Under which key of a user's `extra` stands by what it was known. */
export const credentialId = "authentication.kubernetes.io/credential-id";

/** Who a request is from, as Kubernetes sees users. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string | undefined;
  readonly extra?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Members may do everything; no role is looked at. */
export const mastersGroup = "system:masters";
export const authenticatedGroup = "system:authenticated";
export const unauthenticatedGroup = "system:unauthenticated";
/** What every node's user is a member of. */
export const nodesGroup = "system:nodes";

/** Nobody in particular: a request without credentials. */
export const anonymous: User = { name: "system:anonymous", groups: [unauthenticatedGroup] };

/** Somebody whose credential was wrong, as audit tells it: there is no name to tell. */
export const unidentified: User = { name: "", groups: [] };

/** The name of a ServiceAccount as a user. */
export function serviceAccountName(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** The ServiceAccount a user name stands for; undefined for another name. */
export function serviceAccountOf(
  user: string,
): { readonly namespace: string; readonly name: string } | undefined {
  const parts =
    /^system:serviceaccount:([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?):([a-z0-9]([-a-z0-9.]*[a-z0-9])?)$/.exec(
      user,
    );
  return parts === null ? undefined : { namespace: parts[1]!, name: parts[3]! };
}

/** The groups every ServiceAccount of a namespace is a member of. */
export function serviceAccountGroups(namespace: string): readonly string[] {
  return ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
}

/** A ServiceAccount as a user. */
export function serviceAccountUser(namespace: string, name: string, uid?: string): User {
  return {
    name: serviceAccountName(namespace, name),
    uid,
    groups: [...serviceAccountGroups(namespace), authenticatedGroup],
  };
}

/** authentication/v1 UserInfo: how answers name a user. */
export interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export function userInfo({ name: username, uid, groups, extra }: User): UserInfo {
  return {
    username,
    ...(uid === undefined ? {} : { uid }),
    groups,
    ...(extra === undefined || Object.keys(extra).length === 0 ? {} : { extra }),
  };
}
