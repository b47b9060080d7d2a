import type { Integer } from "./values.ts";

/** How named integers print themselves; set where those types are defined. */
const stringers = new Map<string, (value: bigint) => string>();

/** Registers how an integer type with a String method prints. */
export function registerStringer(type: string, print: (value: bigint) => string): void {
  stringers.set(type, print);
}

/** What an integer's String method gives, where its type has one. */
export function stringerOf(value: Integer): string | undefined {
  return stringers.get(value.type)?.(value.value);
}
