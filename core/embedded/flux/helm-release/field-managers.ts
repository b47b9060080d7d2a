import { isObject, jsonEqual } from "@catalyst/base/json";
import type { KubeObject } from "@catalyst/ports/kubernetes";

interface FieldsEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  readonly subresource?: string;
  readonly fieldsV1?: unknown;
}

/**
 * Makes the JSON patch by which the fields that a manager set by client-side apply become what it set by server-side
 * apply: else those it no longer names would stay. Undefined when there are none. Source: csaupgrade of client-go.
 */
export function serverSideManagers(object: KubeObject, manager: string): readonly unknown[] | undefined {
  const { resourceVersion, managedFields: given = [] } = object.metadata;
  const managedFields = given as readonly FieldsEntry[];
  const isMine = (entry: FieldsEntry, operation: string) =>
    entry.manager === manager && entry.operation === operation && (entry.subresource ?? "") === "";
  const applied = managedFields.findIndex((entry) => isMine(entry, "Apply"));
  const place = applied >= 0 ? applied : managedFields.findIndex((entry) => isMine(entry, "Update"));
  const target = managedFields[place];
  if (target === undefined) return undefined;
  const updated = managedFields.find(
    (entry) => isMine(entry, "Update") && entry.apiVersion === target.apiVersion,
  );
  const fieldsV1 = union(target.fieldsV1, updated?.fieldsV1);
  const entries = managedFields.flatMap((entry, index) => {
    if (index === place) return [{ ...entry, operation: "Apply", fieldsV1 }];
    return isMine(entry, "Update") ? [] : [entry];
  });
  if (jsonEqual(entries, managedFields)) return undefined;
  return [
    { op: "replace", path: "/metadata/managedFields", value: entries },
    { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
  ];
}

/** All fields of two sets, each as the tree in which `managedFields` writes them. */
function union(first: unknown, second: unknown): unknown {
  if (!isObject(first)) return second;
  if (!isObject(second)) return first;
  const joined: Record<string, unknown> = { ...first };
  for (const [key, value] of Object.entries(second)) joined[key] = union(joined[key], value);
  return joined;
}
