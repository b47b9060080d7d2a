import type { CallNode } from "../expression.ts";
import type { Estimator, Operand } from "./estimate.ts";
import { estimateLibrary } from "./library-estimate.ts";
import { add, fixed, multiply, type Range, scale, union, unknownSize } from "./range.ts";
import { textFactor } from "./runtime.ts";
import { comparing, matching } from "./text-cost.ts";

/** What a call costs at worst, its arguments included, and how large its result may be. */
export interface CallEstimate {
  readonly cost: Range;
  readonly size?: Range | undefined;
}

/** Estimates one meaning of a call, after Kubernetes' `library/cost.go` and cel-go's `checker/cost.go`. */
export function estimateCall(
  estimator: Estimator,
  node: CallNode,
  overload: string,
  target: Operand | undefined,
  args: readonly Operand[],
  costs: readonly Range[],
): CallEstimate {
  const own = estimateLibrary(estimator, node.name, overload, target, args);
  const argumentCost = costs.reduce(add, fixed(0));
  if (own !== undefined) return { ...own, cost: add(own.cost, argumentCost) };
  const known = (operand: Operand | undefined) => operand?.size ?? unknownSize;
  const [first, second] = args;
  switch (overload) {
    case "logical_and":
    case "logical_or":
      return { cost: { min: costs[0]!.min, max: argumentCost.max } };
    case "conditional": {
      const entries = [node.args[1]!, node.args[2]!].map((arg) => estimator.entriesOf(arg));
      if (entries[0] !== undefined && entries[1] !== undefined) {
        estimator.setEntries(node, joined(entries[0], entries[1]));
      }
      const cost = add(costs[0]!, union(costs[1]!, costs[2]!));
      return { cost, size: union(known(args[1]), known(args[2])) };
    }
    case "add_string":
    case "add_bytes":
    case "add_list": {
      const size = add(known(first), known(second));
      const entries = node.args.map((arg) => estimator.entriesOf(arg));
      if (entries[0] !== undefined && entries[1] !== undefined) {
        estimator.setEntries(node, joined(entries[0], entries[1]));
      }
      const cost = overload === "add_list" ? fixed(1) : scale(size, textFactor);
      return { cost: add(cost, argumentCost), size };
    }
  }
  const cost = overloadCost(overload, known(target), known(first), known(second));
  const size = resultSize(overload, known(first));
  return { cost: add(cost, argumentCost), ...(size === undefined ? {} : { size }) };
}

type Entries = NonNullable<ReturnType<Estimator["entriesOf"]>>;

function joined(a: Entries, b: Entries): Entries {
  return { of: a.of, key: union(a.key, b.key), value: union(a.value, b.value) };
}

function overloadCost(overload: string, target: Range, first: Range, second: Range): Range {
  switch (overload) {
    case "string_format":
      return scale(target, textFactor);
    case "string_to_bytes":
    case "bytes_to_string":
    case "strings_quote":
    case "starts_with_string":
    case "ends_with_string":
      return scale(first, textFactor);
    case "in_list":
      return second;
    case "matches_string":
      return matching(target, first);
    case "contains_string":
      return multiply(scale(target, textFactor), scale(first, textFactor));
    case "equals":
    case "not_equals":
      return comparing(first, second);
  }
  return /^(less|greater)(_equals)?_(string|bytes)$/.test(overload) ? comparing(first, second) : fixed(1);
}

function resultSize(overload: string, size: Range): Range | undefined {
  switch (overload) {
    case "string_to_bytes":
      return { min: size.min, max: size.max * 4 };
    case "bytes_to_string":
      return { min: Math.floor(size.min / 4), max: size.max };
    case "strings_quote":
      return { min: size.min + 2, max: size.max * 2 + 2 };
    default:
      return undefined;
  }
}
