import type { CallNode } from "../expression.ts";
import type { Estimator, Operand } from "./estimate.ts";
import { add, fixed, multiply, type Range, scale, union, unknownSize } from "./range.ts";
import { patternFactor, textFactor } from "./runtime.ts";

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

function comparing(a: Range, b: Range): Range {
  const max = Math.min(a.max, b.max);
  return scale({ min: max > 0 ? 1 : 0, max }, textFactor);
}

function matching(text: Range, pattern: Range): Range {
  return multiply(scale(add(text, fixed(1)), textFactor), scale(pattern, patternFactor));
}

const maxNamePattern = 128;
const maxFormatSize = 64;
const nominal = new Set(
  (
    "serviceAccount path group resource subresource namespace name allowed reason error errored masked " +
    "prefixLength family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast " +
    "format.named sign asInteger isInteger asApproximateFloat isGreaterThan isLessThan compareTo add sub " +
    "major minor patch getScheme getHostname getHost getPort getEscapedPath getQuery"
  ).split(" "),
);

function estimateLibrary(
  estimator: Estimator,
  name: string,
  overload: string,
  target: Operand | undefined,
  args: readonly Operand[],
): CallEstimate | undefined {
  if (nominal.has(name)) return { cost: fixed(1) };
  const size = (operand: Operand) => estimator.sizeOf(operand);
  const [first, second] = args;
  switch (name) {
    case "check":
      return { cost: fixed(350_000) };
    case "fieldSelector":
    case "labelSelector": {
      const length = size(first!);
      const requirements = scale(scale(length, 0.5), 50);
      return { cost: add(add(fixed(10), scale(length, textFactor)), requirements) };
    }
    case "isSorted":
    case "sum":
    case "max":
    case "min":
    case "indexOf":
    case "lastIndexOf":
      return target === undefined ? undefined : { cost: traversal(estimator, target) };
    case "url":
      return args.length === 1 ? { cost: scale(size(first!), textFactor), size: size(first!) } : undefined;
    case "lowerAscii":
    case "upperAscii":
    case "substring":
    case "trim":
      return { cost: scale(size(target!), textFactor), size: size(target!) };
    case "replace":
      return { cost: scale(size(target!), 2 * textFactor), size: replacedSize(estimator, target!, args) };
    case "split": {
      const limit = args[1]?.node;
      const max =
        limit?.kind === "literal" && typeof limit.value === "bigint"
          ? Number(limit.value)
          : size(target!).max;
      return { cost: scale(size(target!), 2 * textFactor), size: { min: 0, max } };
    }
    case "join":
      return joinEstimate(estimator, target!, first);
    case "find":
    case "findAll":
      return { cost: matching(size(target!), size(first!)), size: { min: 0, max: size(target!).max } };
    case "cidr":
    case "isIP":
    case "isCIDR":
    case "quantity":
    case "isQuantity":
    case "semver":
    case "isSemver":
      return { cost: scale(size(first!), textFactor) };
    case "ip":
      return { cost: overload === "cidr_ip" ? fixed(1) : scale(size(first!), textFactor) };
    case "ip.isCanonical":
      return { cost: scale(size(first!), 2 * textFactor) };
    case "containsIP":
    case "containsCIDR":
      return { cost: containing(name, overload, size(first!)) };
    case "validate":
      return { cost: scale(scale(size(first!), textFactor), maxNamePattern * patternFactor) };
    case "_==_":
      return equality(first!, second!);
    default:
      return estimateList(estimator, overload, target, args);
  }
}

/** Kubernetes' own types are compared at once, but for formats and URLs. */
function equality(a: Operand, b: Operand): CallEstimate | undefined {
  if (a.type.name !== b.type.name) return undefined;
  switch (a.type.name) {
    case "net.IP":
    case "net.CIDR":
    case "kubernetes.Quantity":
    case "kubernetes.Semver":
    case "kubernetes.authorization.Authorizer":
    case "kubernetes.authorization.PathCheck":
    case "kubernetes.authorization.GroupCheck":
    case "kubernetes.authorization.ResourceCheck":
    case "kubernetes.authorization.Decision":
      return { cost: fixed(1) };
    case "kubernetes.NamedFormat":
      return { cost: scale({ min: 1, max: maxFormatSize }, textFactor) };
    case "kubernetes.URL":
      return { cost: scale({ min: 1, max: b.size?.max ?? 1 }, textFactor) };
    default:
      return undefined;
  }
}

function traversal(estimator: Estimator, target: Operand): Range {
  const item = estimator.itemsOf(target);
  if (item === undefined) return scale(estimator.sizeOf(target), textFactor);
  const isText = item.type.kind === "string" || item.type.kind === "bytes";
  const each = isText ? add(fixed(1), scale(estimator.sizeOf(item), textFactor)) : fixed(1);
  return multiply(estimator.sizeOf(target), each);
}

/** The smallest and the largest text a replacement may make. */
function replacedSize(estimator: Estimator, target: Operand, args: readonly Operand[]): Range {
  const size = estimator.sizeOf(target);
  const from = estimator.sizeOf(args[0]!);
  const to = estimator.sizeOf(args[1]!);
  const count = { min: 0, max: 0 };
  const kept = { min: 0, max: 0 };
  if (from.min === 0) {
    count.max = size.max + 1;
    kept.max = size.max;
  } else if (to.max <= from.min) kept.max = size.max;
  else count.max = Math.ceil(size.max / from.min);
  if (from.max === 0) {
    count.min = size.min + 1;
    kept.min = size.min;
  } else if (from.max <= to.min) kept.min = size.min;
  else count.min = Math.ceil(size.min / from.max);
  return add(multiply(count, to), kept);
}

function joinEstimate(estimator: Estimator, target: Operand, separator: Operand | undefined): CallEstimate {
  const count = estimator.sizeOf(target);
  const item = estimator.itemsOf(target);
  let size = item === undefined ? fixed(0) : multiply(count, estimator.sizeOf(item));
  if (separator !== undefined) {
    const between = { min: Math.max(count.min - 1, 0), max: Math.max(count.max - 1, 0) };
    size = add(size, multiply(estimator.sizeOf(separator), between));
  }
  return { cost: scale(size, textFactor), size };
}

function containing(name: string, overload: string, argument: Range): Range {
  const bytes = { min: 4, max: 16 };
  let cost = scale(add(bytes, bytes), textFactor);
  if (name === "containsCIDR") cost = add(add(cost, scale(bytes, textFactor)), fixed(1));
  return overload.endsWith("_string") ? add(cost, scale(argument, textFactor)) : cost;
}

/** cel-go's list and set functions. */
function estimateList(
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
