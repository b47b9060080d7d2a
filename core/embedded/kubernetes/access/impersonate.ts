import type { Headers } from "@catalyst/ports/transport";
import type { Cluster } from "../cluster/cluster.ts";
import { forbidden } from "../request/errors.ts";
import type { ResourceAttributes } from "./attributes.ts";
import { refusal } from "./attributes.ts";
import { isAllowed } from "./authorize.ts";
import { authenticatedGroup, serviceAccountUser, type User } from "./user.ts";

/**
 * The user a request acts as: the one its Impersonate headers name, if the caller may be that one and each of
 * its groups. Throws StatusError 403.
 */
export function impersonated(cluster: Cluster, caller: User, headers: Headers): User {
  const name = headers["impersonate-user"];
  const groups = (headers["impersonate-group"] ?? "")
    .split(",")
    .map((group) => group.trim())
    .filter(Boolean);
  const uid = headers["impersonate-uid"];
  const extra = extraOf(headers);
  if (name === undefined) {
    if (groups.length === 0 && uid === undefined && extra.size === 0) return caller;
    throw forbidden({ group: "", plural: "users" }, "", "a user to impersonate must be named");
  }
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name);
  if (account === null) check(cluster, caller, { resource: "users", name });
  else check(cluster, caller, { resource: "serviceaccounts", namespace: account[1]!, name: account[2]! });
  for (const group of groups) check(cluster, caller, { resource: "groups", name: group });
  if (uid !== undefined) check(cluster, caller, { group: authentication, resource: "uids", name: uid });
  for (const [key, values] of extra) {
    for (const value of values) {
      check(cluster, caller, {
        group: authentication,
        resource: "userextras",
        subresource: key,
        name: value,
      });
    }
  }
  const known = account === null ? [] : serviceAccountUser(account[1]!, account[2]!).groups;
  return {
    name,
    uid,
    groups: [...new Set([...(groups.length > 0 ? groups : known), authenticatedGroup])],
    ...(extra.size === 0 ? {} : { extra: Object.fromEntries(extra) }),
  };
}

const authentication = "authentication.k8s.io";

function check(cluster: Cluster, user: User, asked: Partial<ResourceAttributes>): void {
  const attributes: ResourceAttributes = {
    user,
    verb: "impersonate",
    group: "",
    resource: "",
    subresource: "",
    namespace: "",
    name: "",
    ...asked,
  };
  if (isAllowed(cluster, attributes)) return;
  throw forbidden(
    { group: attributes.group, plural: attributes.resource },
    attributes.name,
    refusal(attributes),
  );
}

function extraOf(headers: Headers): Map<string, string[]> {
  const prefix = "impersonate-extra-";
  return new Map(
    Object.entries(headers)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [decodeURIComponent(key.slice(prefix.length)), value.split(", ")]),
  );
}
