import type { FieldFault } from "../../../status.ts";
import { qualifiedName } from "../../../validate/names.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import type { Fields } from "../../fields.ts";
import { checkContainerResource, checkResourceName, isOvercommitAllowed, nanos } from "../pod/resources.ts";

const types = ["Pod", "Container", "PersistentVolumeClaim"];

/** Everything wrong with a LimitRange. Source: Kubernetes' `pkg/apis/core/validation`. */
export function validateLimitRange(range: Fields): readonly FieldFault[] {
  return faultsAt("", range, (place) => {
    const seen = new Set<string>();
    for (const limit of place.at("spec", "limits").items()) {
      const type = limit.at("type");
      checkType(type);
      if (seen.has(type.text)) type.duplicate();
      seen.add(type.text);
      checkLimit(limit);
    }
  });
}

function checkType(type: Place): void {
  const faults = qualifiedName(type.text);
  for (const fault of faults) type.invalid(fault, type.text);
  if (faults.length > 0 || type.text.includes("/") || types.includes(type.text)) return;
  type.invalid("must be a standard limit type or fully qualified");
}

const lists = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"];

function checkLimit(limit: Place): void {
  const type = limit.at("type").text;
  const isOfPods = type === "Pod" || type === "Container";
  const checkName = isOfPods ? checkContainerResource : checkResourceName;
  const names = new Set<string>();
  for (const list of lists) {
    const amounts = limit.at(list);
    if (type === "Pod" && list.startsWith("default")) {
      if (amounts.size > 0) amounts.forbidden("may not be specified when `type` is 'Pod'");
      continue;
    }
    for (const [name, amount] of amounts.entries()) {
      checkName(amount, name);
      names.add(name);
    }
  }
  const hasStorage = limit.at("min").entry("storage").isSet || limit.at("max").entry("storage").isSet;
  if (type === "PersistentVolumeClaim" && !hasStorage) {
    limit
      .at("limits")
      .required("either minimum or maximum storage value is required, but neither was provided");
  }
  for (const name of names) {
    checkOrder(limit, name, type === "Pod");
    checkRatio(limit, name);
  }
}

/** The amounts of a resource that are compared, each from small to large; and what is said otherwise. */
interface Comparison {
  readonly small: string;
  readonly large: string;
  /** The list at which it is said. */
  readonly at: string;
  /** The list whose amount is shown. */
  readonly shown: string;
  readonly words: (small: string, large: string) => string;
}

const comparisons: readonly Comparison[] = [
  {
    small: "min",
    large: "max",
    at: "min",
    shown: "min",
    words: (small, large) => `min value ${small} is greater than max value ${large}`,
  },
  {
    small: "min",
    large: "defaultRequest",
    at: "defaultRequest",
    shown: "defaultRequest",
    words: (small, large) => `min value ${small} is greater than default request value ${large}`,
  },
  {
    small: "defaultRequest",
    large: "max",
    at: "defaultRequest",
    shown: "defaultRequest",
    words: (small, large) => `default request value ${small} is greater than max value ${large}`,
  },
  {
    small: "defaultRequest",
    large: "default",
    at: "defaultRequest",
    shown: "defaultRequest",
    words: (small, large) => `default request value ${small} is greater than default limit value ${large}`,
  },
  {
    small: "min",
    large: "default",
    at: "default",
    shown: "min",
    words: (small, large) => `min value ${small} is greater than default value ${large}`,
  },
  {
    small: "default",
    large: "max",
    at: "default",
    shown: "max",
    words: (small, large) => `default value ${small} is greater than max value ${large}`,
  },
];

function checkOrder(limit: Place, name: string, isPod: boolean): void {
  const amount = (list: string) => limit.at(list).entry(name);
  for (const { small, large, at, shown, words } of comparisons) {
    const low = amount(small);
    const high = amount(large);
    const isUnused = isPod && [small, large].some((list) => list.startsWith("default"));
    if (isUnused || !low.isSet || !high.isSet || nanos(low.value) <= nanos(high.value)) continue;
    amount(at).invalid(words(low.text, high.text), amount(shown).value);
  }
  const standard = amount("default");
  const request = amount("defaultRequest");
  if (isPod || isOvercommitAllowed(name) || !standard.isSet || !request.isSet) return;
  if (nanos(standard.value) !== nanos(request.value)) {
    request.invalid(
      `default value ${standard.text} must equal to defaultRequest value ${request.text} in ${name}`,
    );
  }
}

const unit = 1_000_000_000n;

function checkRatio(limit: Place, name: string): void {
  const ratio = limit.at("maxLimitRequestRatio").entry(name);
  if (!ratio.isSet) return;
  if (nanos(ratio.value) < unit) ratio.invalid(`ratio ${ratio.text} is less than 1`);
  const low = limit.at("min").entry(name);
  const high = limit.at("max").entry(name);
  if (!low.isSet || !high.isSet) return;
  const most = Number(nanos(high.value)) / Number(nanos(low.value));
  if (Number(nanos(ratio.value)) / Number(unit) > most) {
    ratio.invalid(`ratio ${ratio.text} is greater than max/min = ${most.toFixed(6)}`);
  }
}
