import { fault, type Value } from "../value.ts";

/** What one value may hold at most: costs count steps, these keep what a step makes within memory. */
const maxCharacters = 16_000_000;
const maxItems = 1_000_000;

/** Refuses a text of so many UTF-16 units before it is made. */
export function boundText(length: number): void {
  if (length > maxCharacters) fault(`text of ${length} characters is too long`);
}

/** Refuses a list of so many items before it is made. */
export function boundItems(count: number): void {
  if (count > maxItems) fault(`list of ${count} items is too long`);
}

const maxInt = 2n ** 63n - 1n;
const minInt = -(2n ** 63n);
const maxUint = 2n ** 64n - 1n;

/** Refuses what isn't an int of 64 bits. */
export function boundInt(value: bigint): bigint {
  return value > maxInt || value < minInt ? fault("integer overflow") : value;
}

/** Refuses what isn't an unsigned int of 64 bits. */
export function boundUint(value: bigint): bigint {
  return value > maxUint || value < 0n ? fault("unsigned integer overflow") : value;
}

/** Tells whether a value is a whole number that an index can be. */
export function toIndex(value: Value): number | undefined {
  if (typeof value === "bigint") return Number(value);
  return typeof value === "number" && Number.isInteger(value) ? value : undefined;
}
