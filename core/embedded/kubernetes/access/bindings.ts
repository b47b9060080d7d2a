import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Cluster } from "../cluster/cluster.ts";
import type { Entry } from "../storage/entry.ts";
import { rbacGroup } from "./default-roles.ts";
import type { PolicyRule } from "./rules.ts";
import { serviceAccountName, type User } from "./user.ts";

/** rbac/v1 Subject. */
export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** rbac/v1 RoleRef. */
export interface RoleReference {
  readonly kind: string;
  readonly name: string;
}

/** A binding that is about a user, and the first of its subjects that is. */
export interface Bound {
  readonly binding: KubeObject;
  readonly subject: Subject;
}

/** Bindings by what they bind: `User/x`, `Group/x`. A ServiceAccount is bound as the user it is. */
type Index = ReadonlyMap<string, readonly Bound[]>;

/** By the list they were made from: a collection gives the same list until one of its objects changes. */
const indexes = new WeakMap<readonly Entry[], Index>();

/** The bindings of the whole cluster that are about a user, then those of `namespace` (unless that is empty). */
export function* bindingsOf(cluster: Cluster, user: User, namespace: string): Iterable<Bound> {
  yield* among(cluster.list(`${rbacGroup}/clusterrolebindings`, false), user);
  if (namespace !== "") yield* among(cluster.list(`${rbacGroup}/rolebindings`, true, namespace), user);
}

function among(bindings: readonly Entry[], user: User): Iterable<Bound> {
  let index = indexes.get(bindings);
  if (index === undefined) {
    index = indexOf(bindings);
    indexes.set(bindings, index);
  }
  const found = new Map<KubeObject, Bound>();
  const keys = [`User/${user.name}`, ...user.groups.map((group) => `Group/${group}`)];
  for (const key of keys) {
    for (const bound of index.get(key) ?? []) if (!found.has(bound.binding)) found.set(bound.binding, bound);
  }
  return found.values();
}

function indexOf(bindings: readonly Entry[]): Index {
  const index = new Map<string, Bound[]>();
  for (const { object: binding } of bindings) {
    const seen = new Set<string>();
    for (const subject of subjectsOf(binding)) {
      const key = keyOf(subject, binding.metadata.namespace ?? "");
      if (key === undefined || seen.has(key)) continue;
      seen.add(key);
      const list = index.get(key) ?? [];
      list.push({ binding, subject });
      index.set(key, list);
    }
  }
  return index;
}

function subjectsOf(binding: KubeObject): readonly Subject[] {
  return Array.isArray(binding["subjects"]) ? (binding["subjects"] as Subject[]) : [];
}

function keyOf({ kind, name, namespace }: Subject, bindingNamespace: string): string | undefined {
  if (kind === "User" || kind === "Group") return `${kind}/${name}`;
  const home = namespace || bindingNamespace;
  return kind === "ServiceAccount" && home !== "" ? `User/${serviceAccountName(home, name)}` : undefined;
}

/** The role a binding refers to; undefined for one without. */
export function roleReferenceOf(binding: KubeObject): RoleReference | undefined {
  return binding["roleRef"] as RoleReference | undefined;
}

/** The rules of the role a binding refers to, or why there are none. */
export function referencedRules(
  cluster: Cluster,
  reference: RoleReference | undefined,
  namespace: string | undefined,
): readonly PolicyRule[] | { readonly missing: string } {
  const { kind = "", name = "" } = reference ?? {};
  const role =
    kind === "ClusterRole"
      ? cluster.find(`${rbacGroup}/clusterroles`, undefined, name)
      : kind === "Role" && namespace !== undefined
        ? cluster.find(`${rbacGroup}/roles`, namespace, name)
        : undefined;
  if (role !== undefined) return rulesOf(role);
  return { missing: `${kind.toLowerCase()}.${rbacGroup} ${JSON.stringify(name)} not found` };
}

/** A role's own rules; those of roles it takes in are among them once the aggregation has seen it. */
export function rulesOf(role: KubeObject): readonly PolicyRule[] {
  return Array.isArray(role["rules"]) ? (role["rules"] as PolicyRule[]) : [];
}

/** `RoleBinding "x/default" of Role "y" to User "z"`: how a decision's reason names what gave the right. */
export function describeBound({ binding, subject }: Bound): string {
  const { name, namespace } = binding.metadata;
  const { kind, name: role } = roleReferenceOf(binding)!;
  const home = subject.namespace || namespace || "";
  const who = subject.kind === "ServiceAccount" ? `${subject.name}/${home}` : subject.name;
  const where = namespace === undefined ? name : `${name}/${namespace}`;
  return `${binding.kind} ${JSON.stringify(where)} of ${kind} ${JSON.stringify(role)} to ${subject.kind} ${JSON.stringify(who)}`;
}
