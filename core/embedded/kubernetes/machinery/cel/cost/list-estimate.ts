import type { CallEstimate } from "./call-estimate.ts";
import type { Estimator, Operand } from "./estimate.ts";
import { add, fixed, multiply, type Range, scale } from "./range.ts";
import { textFactor } from "./runtime.ts";

/** Estimates cel-go's list and set functions; undefined for any other. */
export function estimateList(
  estimator: Estimator,
  overload: string,
  target: Operand | undefined,
  args: readonly Operand[],
): CallEstimate | undefined {
  const [first, second] = args;
  const allocating = (factor: number, size: Range): CallEstimate => ({
    cost: add(scale(size, factor), fixed(11)),
    size,
  });
  const size = (operand: Operand) => estimator.sizeOf(operand);
  const sorting = (operand: Operand, key: string) => {
    const factor = key === "string" || key === "bytes" ? 2 + textFactor : 2;
    return allocating(factor, multiply(size(operand), size(operand)));
  };
  const sorted = /^list_(.+)_sort(ByAssociatedKeys)?$/.exec(overload);
  if (sorted !== null) return sorting(sorted[2] === undefined ? target! : first!, sorted[1]!);
  switch (overload) {
    case "list_sets_contains_list":
    case "list_sets_intersects_list":
      return { cost: add(multiply(size(first!), size(second!)), fixed(1)) };
    case "list_sets_equivalent_list":
      return { cost: add(scale(multiply(size(first!), size(second!)), 2), fixed(1)) };
    case "list_slice":
      return allocating(1, fixed(literalInt(second, size(target!).max) - literalInt(first, 0)));
    case "lists_range":
      return allocating(1, fixed(literalInt(first, Number.POSITIVE_INFINITY)));
    case "list_reverse":
      return allocating(1, size(target!));
    case "list_flatten":
    case "list_flatten_int":
      return allocating(first === undefined ? 1 : literalInt(first, Number.POSITIVE_INFINITY), size(target!));
    case "list_distinct":
      return allocating(2, multiply(size(target!), size(target!)));
    default:
      return undefined;
  }
}

function literalInt(operand: Operand | undefined, otherwise: number): number {
  const { node } = operand ?? {};
  if (node?.kind !== "literal" || typeof node.value !== "bigint") return otherwise;
  return Math.max(0, Number(node.value));
}
