import { parseDuration } from "@catalyst/base/duration";

/** `spec.interval` of an object in milliseconds; without one, ten minutes. */
export function intervalOf(object: { readonly spec: { readonly interval?: string } }): number {
  return durationOr(object.spec.interval, 600_000);
}

/** A duration field in milliseconds, or what it means when it's absent. */
export function durationOr(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : parseDuration(text);
}
