import { parseQuantity } from "@catalyst/base/quantity";

/** A Kubernetes quantity as a number: bytes, or cores. 0 for what is none. */
export function amountOf(quantity: string | number): number {
  return Number(parseQuantity(String(quantity))?.nanos ?? 0n) / 1e9;
}
