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

/** Nobody in particular: a request without credentials. */
export const anonymous: User = { name: "system:anonymous", groups: [unauthenticatedGroup] };

/** The name of a ServiceAccount as a user. */
export function serviceAccountName(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** A ServiceAccount as a user. */
export function serviceAccountUser(namespace: string, name: string, uid?: string): User {
  return {
    name: serviceAccountName(namespace, name),
    uid,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, authenticatedGroup],
  };
}
