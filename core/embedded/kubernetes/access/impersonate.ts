import type { Headers } from "@catalyst/ports/transport";
import type { Cluster } from "../cluster/cluster.ts";
import { badRequest, type StatusError } from "../machinery/index.ts";
import { forbidden } from "../request/errors.ts";
import { type Attributes, type ResourceAttributes, refusal, refusalOf } from "./attributes.ts";
import { authorize } from "./authorize.ts";
import {
  anonymous,
  authenticatedGroup,
  mastersGroup,
  nodesGroup,
  serviceAccountGroups,
  serviceAccountOf,
  type User,
  unauthenticatedGroup,
} from "./user.ts";

/**
 * The modes in which somebody may act as somebody else, in the order they are tried: what the caller is allowed
 * narrowly counts before the plain right to `impersonate` (upstream's constrained impersonation).
 */
const modes = ["associated-node", "arbitrary-node", "serviceaccount", "user-info", "plain"] as const;
type Mode = (typeof modes)[number];

/** Users whose last mode is remembered. */
const rememberedLimit = 10_000;

/** Decides who a request acts as. */
export class Impersonation {
  /** The mode that let a user in last: it is tried first, and its refusal is the one that is told. */
  readonly #last = new Map<string, Mode>();

  /**
   * The user a request acts as: the one its Impersonate headers name, if the caller may be that one for this
   * request. `asked` is the request as the caller's own. Throws StatusError 400, 403.
   */
  actingUser(cluster: Cluster, asked: Attributes, headers: Headers): User {
    const caller = asked.user;
    const wanted = wantedUser(headers);
    if (wanted === undefined) return caller;
    const key = `${cluster.name}\n${caller.name}`;
    const last = this.#last.get(key);
    let refused: StatusError | undefined;
    for (const mode of last === undefined ? modes : [last, ...modes.filter((mode) => mode !== last)]) {
      if (!applies(mode, wanted, caller)) continue;
      const problem = refusalIn(mode, cluster, asked, wanted);
      if (problem === undefined) {
        this.#remember(key, mode);
        return actual(mode, wanted);
      }
      refused ??= problem;
    }
    throw refused!;
  }

  #remember(key: string, mode: Mode): void {
    if (this.#last.size >= rememberedLimit) this.#last.delete(this.#last.keys().next().value!);
    this.#last.set(key, mode);
  }
}

/** Whom the headers name; undefined when they name nobody. Throws StatusError 400. */
function wantedUser(headers: Headers): User | undefined {
  const name = headers["impersonate-user"] ?? "";
  const groups = listOf(headers["impersonate-group"]);
  const uid = headers["impersonate-uid"] || undefined;
  const extra = extraOf(headers);
  if (name !== "") return { name, groups, uid, ...(extra === undefined ? {} : { extra }) };
  if (groups.length === 0 && uid === undefined && extra === undefined) return undefined;
  throw badRequest(`requested ${printed(groups, uid, extra)} without impersonating a user name`);
}

/** The headers as upstream prints them. */
function printed(groups: readonly string[], uid: string | undefined, extra: User["extra"]): string {
  const list = (texts: readonly string[]) => `{${texts.map((text) => JSON.stringify(text)).join(", ")}}`;
  const ofGroups = groups.length === 0 ? "(nil)" : list(groups);
  const entries = Object.entries(extra ?? {}).map(
    ([key, values]) => `${JSON.stringify(key)}:[]string${list(values)}`,
  );
  const ofExtra = extra === undefined ? "(nil)" : `{${entries.join(", ")}}`;
  return `&user.DefaultInfo{Name:"", UID:${JSON.stringify(uid ?? "")}, Groups:[]string${ofGroups}, Extra:map[string][]string${ofExtra}}`;
}

function listOf(header: string | undefined): readonly string[] {
  return (header ?? "")
    .split(",")
    .map((text) => text.trim())
    .filter(Boolean);
}

function extraOf(headers: Headers): User["extra"] {
  const prefix = "impersonate-extra-";
  const entries = Object.entries(headers)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => [unescaped(key.slice(prefix.length)), value.split(", ")] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** Whether a mode is about such a user at all. */
function applies(mode: Mode, wanted: User, caller: User): boolean {
  const node = nodeOf(wanted.name);
  const account = serviceAccountOf(wanted.name);
  const bare = wanted.groups.length === 0 && wanted.uid === undefined && wanted.extra === undefined;
  switch (mode) {
    case "associated-node":
      return bare && node !== undefined && node === ownNode(caller);
    case "arbitrary-node":
      return bare && node !== undefined;
    case "serviceaccount":
      return bare && account !== undefined;
    case "user-info":
      return node === undefined && account === undefined;
    case "plain":
      return true;
  }
}

/** The node whose user a name is. */
function nodeOf(user: string): string | undefined {
  return /^system:node:([a-z0-9]([-a-z0-9.]*[a-z0-9])?)$/.exec(user)?.[1];
}

/** The node a ServiceAccount's token says it is used on. */
function ownNode(caller: User): string | undefined {
  if (serviceAccountOf(caller.name) === undefined) return undefined;
  const names = caller.extra?.["authentication.kubernetes.io/node-name"] ?? [];
  return names.length === 1 ? names[0] : undefined;
}

/** Why the caller may not act as the wanted user in a mode; undefined when it may. */
function refusalIn(mode: Mode, cluster: Cluster, asked: Attributes, wanted: User): StatusError | undefined {
  if (mode !== "plain") {
    const onlyFor = { ...asked, verb: `impersonate-on:${mode}:${asked.verb}` };
    const { allowed, reason } = authorize(cluster, onlyFor);
    if (!allowed) return refusalOf(onlyFor, reason);
  }
  for (const claim of claimsOf(mode, wanted)) {
    const attributes: ResourceAttributes = {
      user: asked.user,
      verb: mode === "plain" ? "impersonate" : `impersonate:${mode}`,
      subresource: "",
      namespace: "",
      ...claim.attributes,
    };
    if (claim.never !== undefined) {
      const { group, resource, name } = attributes;
      return forbidden({ group, plural: resource }, name, `${refusal(attributes)}: ${claim.never}`);
    }
    const { allowed, reason } = authorize(cluster, attributes);
    if (!allowed) return refusalOf(attributes, reason);
  }
  return undefined;
}

/** One thing the wanted user is, that the caller must be allowed to be; `never`: why nobody is. */
interface Claim {
  readonly attributes: Pick<ResourceAttributes, "group" | "resource" | "name"> & Partial<ResourceAttributes>;
  readonly never?: string;
}

const authentication = "authentication.k8s.io";

function claimsOf(mode: Mode, wanted: User): readonly Claim[] {
  const group = mode === "plain" ? "" : authentication;
  const { groups, uid, extra = {} } = wanted;
  return [
    nameClaim(mode, group, wanted.name),
    ...(uid === undefined ? [] : [{ attributes: { group: authentication, resource: "uids", name: uid } }]),
    ...(mode !== "plain" && groups.includes(mastersGroup)
      ? [
          {
            attributes: { group, resource: "groups", name: mastersGroup },
            never: "impersonating the system:masters group is not allowed",
          },
        ]
      : []),
    ...groups.map((name) => ({ attributes: { group, resource: "groups", name } })),
    ...Object.entries(extra).flatMap(([subresource, values]) =>
      values.map((name) => ({
        attributes: { group: authentication, resource: "userextras", subresource, name },
      })),
    ),
  ];
}

function nameClaim(mode: Mode, group: string, user: string): Claim {
  const account = serviceAccountOf(user);
  if (account !== undefined) return { attributes: { group, resource: "serviceaccounts", ...account } };
  const node = mode === "plain" ? undefined : nodeOf(user);
  if (node === undefined) return { attributes: { group, resource: "users", name: user } };
  // whoever acts as the node it is on needs the right for all nodes: which one that is, the token says
  return { attributes: { group, resource: "nodes", name: mode === "associated-node" ? "*" : node } };
}

/** The user a request is done as, its groups those it has by being that user. */
function actual(mode: Mode, wanted: User): User {
  const account = serviceAccountOf(wanted.name);
  const known =
    account !== undefined && wanted.groups.length === 0
      ? serviceAccountGroups(account.namespace)
      : mode !== "plain" && nodeOf(wanted.name) !== undefined
        ? [nodesGroup]
        : wanted.groups;
  const own =
    wanted.name === anonymous.name
      ? [unauthenticatedGroup]
      : known.includes(unauthenticatedGroup)
        ? []
        : [authenticatedGroup];
  return { ...wanted, groups: [...new Set([...known, ...own])] };
}
