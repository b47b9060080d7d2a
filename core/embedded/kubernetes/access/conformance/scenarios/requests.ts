import type { Exchange } from "../exchange.ts";

export const rbac = "/apis/rbac.authorization.k8s.io/v1";
export const core = "/api/v1/namespaces/default";
const group = "rbac.authorization.k8s.io";

/** Headers by which a request is done as somebody else. */
export function as(name: string, ...groups: readonly string[]): Readonly<Record<string, string>> {
  return {
    "impersonate-user": name,
    ...(groups.length === 0 ? {} : { "impersonate-group": groups.join(",") }),
  };
}

export function post(path: string, body: unknown, more: Partial<Exchange> = {}): Exchange {
  return { method: "POST", path, body, ...more };
}

export function get(path: string, more: Partial<Exchange> = {}): Exchange {
  return { method: "GET", path, ...more };
}

/** A request that only prepares. */
export function aside(exchange: Exchange): Exchange {
  return { ...exchange, aside: true };
}

/** Creates a review of a group. */
export function review(kind: string, spec: unknown, more: Partial<Exchange> = {}): Exchange {
  const apiGroup =
    kind === "TokenReview" || kind === "SelfSubjectReview" ? "authentication.k8s.io" : "authorization.k8s.io";
  const apiVersion = `${apiGroup}/v1`;
  return post(
    `/apis/${apiVersion}/${kind.toLowerCase()}s`,
    { apiVersion, kind, ...(spec === undefined ? {} : { spec }) },
    more,
  );
}

export function clusterRole(name: string, rules: unknown, more: object = {}): Exchange {
  return post(`${rbac}/clusterroles`, {
    apiVersion: `${group}/v1`,
    kind: "ClusterRole",
    metadata: { name },
    rules,
    ...more,
  });
}

export function role(name: string, rules: unknown, more: Partial<Exchange> = {}): Exchange {
  return post(
    `${rbac}/namespaces/default/roles`,
    { apiVersion: `${group}/v1`, kind: "Role", metadata: { name }, rules },
    more,
  );
}

/** Binds a role: `ClusterRole/x` or `Role/x`, in a namespace or (the empty name) everywhere. */
export function bind(
  name: string,
  reference: string,
  subject: Readonly<Record<string, string>>,
  namespace = "default",
  more: Partial<Exchange> = {},
): Exchange {
  const [kind, roleName] = reference.split("/");
  const path =
    namespace === "" ? `${rbac}/clusterrolebindings` : `${rbac}/namespaces/${namespace}/rolebindings`;
  return post(
    path,
    {
      apiVersion: `${group}/v1`,
      kind: namespace === "" ? "ClusterRoleBinding" : "RoleBinding",
      metadata: { name },
      roleRef: { apiGroup: group, kind, name: roleName },
      subjects: [subject],
    },
    more,
  );
}

export function user(name: string) {
  return { kind: "User", apiGroup: group, name };
}
