import { percentage } from "../../../validate/names.ts";
import type { Place } from "../../../validate/place.ts";

/** Checks a number of Pods, or a share of them. */
export function checkCountOrShare(count: Place): void {
  if (typeof count.value === "string") count.follows(percentage);
  else count.isAtLeast(0);
}

/** The number, or the number of percents; 0 where it is neither. */
export function countOf(count: Place): number {
  if (typeof count.value !== "string") return count.number;
  if (percentage(count.value).length > 0) return /^[+-]?\d+$/.test(count.value) ? Number(count.value) : 0;
  return Number.parseInt(count.value, 10);
}

/** Checks that a share isn't more than all. */
export function checkNotMoreThanAll(count: Place): void {
  const isShare = typeof count.value === "string" && percentage(count.value).length === 0;
  if (isShare && countOf(count) > 100) count.invalid("must not be greater than 100%");
}
