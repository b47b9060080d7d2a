import { FormatValue } from "../library/format.ts";
import { ListValue, MapValue, OpaqueValue, sizeOf, type Value } from "../value.ts";

/** What the evaluator's own steps cost, as cel-go's `common/cost.go`. */
export const unitCost = { name: 1, select: 1, call: 1, list: 10, map: 30, struct: 40 } as const;

/** What a text costs to go through, by character; a pattern by its length. cel-go's factors. */
export const textFactor = 0.1;
export const patternFactor = 0.25;

/** An authorization check is dear: an expression has at most two. */
const authorizerCheckCost = 350_000;

/** What a call cost, after Kubernetes' `library/cost.go` and cel-go's `interpreter/runtimecost.go`. */
export function callCost(name: string, overload: string, args: readonly Value[], result: Value): number {
  const size = (index: number) => sizeOf(args[index]!);
  const text = (count: number, factor = 1) => Math.ceil(count * factor * textFactor);
  switch (name) {
    case "check":
      return authorizerCheckCost;
    case "fieldSelector":
    case "labelSelector":
      return 10 + Math.ceil(size(1) * textFactor) + Math.ceil(Math.ceil(size(1) * 0.5) * 50);
    case "isSorted":
    case "sum":
    case "max":
    case "min":
    case "indexOf":
    case "lastIndexOf":
      return traversal(args[0]!);
    case "url":
    case "lowerAscii":
    case "upperAscii":
    case "substring":
    case "trim":
    case "cidr":
    case "isIP":
    case "isCIDR":
    case "quantity":
    case "isQuantity":
    case "semver":
    case "isSemver":
      return text(size(0));
    case "ip":
      return overload === "cidr_ip" ? 1 : text(size(0));
    case "replace":
    case "split":
    case "ip.isCanonical":
      return text(size(0), 2);
    case "join":
      return text(sizeOf(result), 2);
    case "find":
    case "findAll":
      return matching(size(0), size(1));
    case "containsIP":
    case "containsCIDR":
      return containsCost(name, overload, size(0), size(1));
    case "validate":
      return args[0] instanceof FormatValue ? matching(size(1), args[0].maxPatternSize) : 1;
    case "_==_":
      return args[0] instanceof OpaqueValue ? 1 : overloadCost(overload, args, result);
    default:
      return overloadCost(overload, args, result);
  }
}

function containsCost(name: string, overload: string, own: number, other: number): number {
  const own2 = Math.ceil((own + own) * textFactor);
  const masked = name === "containsCIDR" ? Math.ceil(own * textFactor) + 1 : 0;
  const parsed = overload.endsWith("_string") ? Math.ceil(other * textFactor) : 0;
  return own2 + masked + parsed;
}

function matching(text: number, pattern: number): number {
  return Math.ceil((1 + text) * textFactor) * Math.ceil(pattern * patternFactor);
}

/** What costs by its overload rather than its name. */
function overloadCost(overload: string, args: readonly Value[], result: Value): number {
  const size = (index: number) => sizeOf(args[index]!);
  switch (overload) {
    case "starts_with_string":
    case "ends_with_string":
    case "string_to_bytes":
    case "bytes_to_string":
    case "strings_quote":
    case "string_format":
      return Math.ceil(size(0) * textFactor);
    case "in_list":
      return size(1);
    case "equals":
    case "not_equals":
      return Math.ceil(Math.min(size(0), size(1)) * textFactor);
    case "add_string":
    case "add_bytes":
      return Math.ceil((size(0) + size(1)) * textFactor);
    case "matches_string":
    case "matches":
      return matching(size(0), size(1));
    case "contains_string":
      return Math.ceil(size(0) * textFactor) * Math.ceil(size(1) * textFactor);
    case "list_sets_contains_list":
    case "list_sets_intersects_list":
      return 1 + size(0) * size(1);
    case "list_sets_equivalent_list":
      return 1 + 2 * size(0) * size(1);
    case "list_slice":
    case "lists_range":
    case "list_reverse":
      return sizeOf(result) + 11;
    case "list_flatten":
      return size(0) + 11;
    case "list_flatten_int":
      return Number(args[1]) * size(0) + 11;
    case "list_distinct":
      return selfComparison(args[0]!);
  }
  if (/^list_\w+_sort$/.test(overload)) return selfComparison(args[0]!);
  if (/^list_\w+_sortByAssociatedKeys$/.test(overload)) return selfComparison(args[1]!);
  if (/^(less|greater)(_equals)?_(string|bytes)$/.test(overload)) {
    return Math.ceil(Math.min(size(0), size(1)) * textFactor);
  }
  return 1;
}

function selfComparison(list: Value): number {
  const size = sizeOf(list);
  const [first] = list instanceof ListValue ? list.items : [];
  const isText = typeof first === "string" || first instanceof Uint8Array;
  return Math.floor(size * size * (isText ? 2 + textFactor : 2)) + 11;
}

function traversal(value: Value): number {
  if (typeof value === "string") return Math.floor(Buffer.byteLength(value) * textFactor);
  if (value instanceof Uint8Array) return Math.floor(value.length * textFactor);
  if (value instanceof ListValue) {
    return value.items.reduce<number>((sum, item) => sum + traversal(item), 0);
  }
  if (!(value instanceof MapValue)) return 1;
  return value.keys().reduce<number>((sum, key) => sum + traversal(key) + traversal(value.get(key)!), 0);
}
