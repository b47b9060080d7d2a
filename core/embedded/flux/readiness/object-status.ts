import { isObject } from "@catalyst/base/json";

/** A status of kstatus and one line about it. */
export interface ObjectStatus {
  readonly status: "Current" | "InProgress" | "Failed" | "Terminating" | "NotFound";
  readonly message: string;
}

export type Fields = Readonly<Record<string, unknown>>;

export const current = (message: string): ObjectStatus => ({ status: "Current", message });
export const inProgress = (message: string): ObjectStatus => ({ status: "InProgress", message });
export const failed = (message: string): ObjectStatus => ({ status: "Failed", message });

/** An object's fields, or none. */
export function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {};
}

/** A whole number in a field, or what it counts as when it's missing. */
export function numberOf(fields: Fields, name: string, otherwise: number): number {
  const value = fields[name];
  return typeof value === "number" ? value : otherwise;
}
