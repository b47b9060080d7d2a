import type { IntOrPercent } from "@catalyst/ports/kubernetes";

/** A number, or a percentage of `total`. */
export function resolve(value: IntOrPercent, total: number, round: (share: number) => number): number {
  if (typeof value === "number") return value;
  return value.endsWith("%") ? round((Number.parseInt(value, 10) * total) / 100) : Number.parseInt(value, 10);
}
