import { timingSafeEqual } from "node:crypto";

/** Tells whether two secrets are equal. How long it takes says nothing about where they differ. */
export function isSameSecret(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
