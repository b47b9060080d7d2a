import type { CelType } from "./type.ts";
import type { Value } from "./value.ts";

/** One meaning of a function: the types it takes, and what it does. Named as in cel-go: costs go by the id. */
export interface Overload {
  readonly id: string;
  /** Called on a value, `a.f(b)`: the value is the first parameter. */
  readonly member: boolean;
  readonly params: readonly CelType[];
  readonly result: CelType;
  /** Refuses by `fault`. Absent: the evaluator itself does it. */
  readonly call?: (...args: readonly Value[]) => Value;
}

/** A library's functions by name; more than one library may add to a name. */
export type Library = Readonly<Record<string, readonly Overload[]>>;

/** Defines a meaning called as `f(a, b)`. The implementation is only given values of these types. */
export function overload<A extends readonly Value[]>(
  id: string,
  params: readonly CelType[],
  result: CelType,
  call?: (...args: A) => Value,
): Overload {
  return {
    id,
    member: false,
    params,
    result,
    ...(call === undefined ? {} : { call: call as unknown as (...args: readonly Value[]) => Value }),
  };
}

/** Defines a meaning called as `a.f(b)`. */
export function member<A extends readonly Value[]>(
  id: string,
  params: readonly CelType[],
  result: CelType,
  call: (...args: A) => Value,
): Overload {
  return { ...overload(id, params, result, call), member: true };
}
