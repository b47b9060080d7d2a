import { CatalystError } from "@catalyst/base/errors";
import { helmMark, type Item, idKey } from "../objects/item.ts";
import { describeId } from "../objects/item-set.ts";
import { type FieldSpec, scalarSetter, updateAt, updateFields } from "../values/field-spec.ts";
import { fieldOf, isMapping, isNull, textOf, withField } from "../values/scalar.ts";

/** Whose namespaces are set among a role binding's subjects. */
export const subjectModes = ["defaultOnly", "allServiceAccounts", "none"] as const;
export type SubjectMode = (typeof subjectModes)[number];

export interface NamespaceChange {
  readonly namespace: string;
  readonly specs: readonly FieldSpec[];
  /** Sets only what has no namespace yet. */
  readonly unsetOnly?: boolean | undefined;
  readonly subjects?: SubjectMode | undefined;
}

/**
 * Puts objects into a namespace, and renames Namespace objects to it. Throws `kustomize-duplicate` when two then are
 * called the same.
 */
export function setNamespace(items: readonly Item[], change: NamespaceChange): void {
  const counts = new Map<string, number>();
  const count = (item: Item, by: number) => {
    const key = idKey(item.id);
    counts.set(key, (counts.get(key) ?? 0) + by);
    return counts.get(key);
  };
  for (const item of items) count(item, 1);
  for (const item of items) {
    // Helm has put what a chart gave into its namespace.
    if (item.value === undefined || item.texts("annotations")[helmMark] === "true") continue;
    item.rememberId();
    count(item, -1);
    placeObject(item, change);
    if (count(item, 1) !== 1) {
      throw new CatalystError(
        "kustomize-duplicate",
        `${describeId(item.id)} is there twice in its namespace`,
      );
    }
  }
}

/** Puts one object into a namespace. */
export function placeObject(item: Item, change: NamespaceChange): void {
  if (item.value === undefined) return;
  const { unsetOnly = false, namespace } = change;
  const set = scalarSetter((text) => (unsetOnly && text !== "" ? text : namespace));
  const field = { creates: "scalar", set } as const;
  if (!item.id.isClusterScoped) item.value = updateAt(item.value, ownNamespace, field);
  const isRoleBinding = item.kind === "RoleBinding" || item.kind === "ClusterRoleBinding";
  if (isRoleBinding) placeSubjects(item, change.subjects ?? "defaultOnly", set);
  const specs = change.specs.filter(({ path, kind }) => {
    if (path === "metadata/namespace") return false;
    if (path === "metadata/name" && item.apiVersion !== "v1") return false;
    const isOfBindings = kind === "RoleBinding" || kind === "ClusterRoleBinding";
    return !(isRoleBinding && isOfBindings && path === "subjects/namespace");
  });
  item.value = updateFields(item.value, specs, field);
}

const ownNamespace: FieldSpec = { path: "metadata/namespace", create: true };

/** Only the subjects that are sure to be of the namespace get it; others follow as references. */
function placeSubjects(item: Item, mode: SubjectMode, set: (value: unknown) => unknown): void {
  const { value } = item;
  const subjects = fieldOf(value, "subjects");
  if (mode === "none" || value === undefined || isNull(subjects)) return;
  if (!Array.isArray(subjects)) {
    throw new CatalystError("kustomize-path-invalid", "subjects is not a list");
  }
  const isMeant = (subject: unknown) =>
    mode === "defaultOnly"
      ? textOf(fieldOf(subject, "name")) === "default"
      : textOf(fieldOf(subject, "kind")) === "ServiceAccount";
  const placed = subjects.map((subject) =>
    isMapping(subject) && isMeant(subject)
      ? withField(subject, "namespace", set(subject["namespace"]))
      : subject,
  );
  if (placed.some((subject, index) => subject !== subjects[index])) {
    item.value = withField(value, "subjects", placed);
  }
}
