/**
 * How small and how large a cost or a size may be. Without bound it is Infinity, where cel-go has the largest
 * uint64.
 */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** A range of one number. */
export function fixed(value: number): Range {
  return { min: value, max: value };
}

export const unknownSize: Range = { min: 0, max: Number.POSITIVE_INFINITY };

/** Adds two ranges. */
export function add(a: Range, b: Range): Range {
  return { min: a.min + b.min, max: a.max + b.max };
}

/** Multiplies two ranges; nothing times anything is nothing. */
export function multiply(a: Range, b: Range): Range {
  return { min: product(a.min, b.min), max: product(a.max, b.max) };
}

/** Multiplies a range by a factor, rounding up. */
export function scale(range: Range, factor: number): Range {
  return { min: Math.ceil(product(range.min, factor)), max: Math.ceil(product(range.max, factor)) };
}

/** The range that holds both. */
export function union(a: Range, b: Range): Range {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}

function product(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}
