import type { CallEstimate } from "./call-estimate.ts";
import type { Estimator, Operand } from "./estimate.ts";
import { estimateList } from "./list-estimate.ts";
import { add, fixed, multiply, type Range, scale } from "./range.ts";
import { patternFactor, textFactor } from "./runtime.ts";
import { matching } from "./text-cost.ts";

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

/** Estimates the functions of Kubernetes' libraries; undefined for any other. */
export function estimateLibrary(
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
