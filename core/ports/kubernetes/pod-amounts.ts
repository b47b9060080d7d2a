import { parseQuantity, type Quantity } from "@catalyst/base/quantity";
import type { Container, PodSpec } from "./pod.ts";

/** Quantities by resource, as they can be added up. */
export type Amounts = ReadonlyMap<string, Quantity>;

const nothing: Quantity = { nanos: 0n, format: "decimal" };

/** Reads quantities; what isn't one counts as 0. */
export function amountsOf(quantities: Readonly<Record<string, string | number>> = {}): Amounts {
  return new Map(
    Object.entries(quantities).map(([name, text]) => [name, parseQuantity(String(text)) ?? nothing]),
  );
}

/** How much there is of a resource, in billionths. */
export function amountOf(amounts: Amounts, name: string): bigint {
  return amounts.get(name)?.nanos ?? 0n;
}

/** A sum is printed as its first part that isn't 0, as upstream. */
export function plus(a: Amounts, b: Amounts): Amounts {
  const sum = new Map(a);
  for (const [name, added] of b) {
    const before = sum.get(name) ?? nothing;
    const { format } = before.nanos === 0n ? added : before;
    sum.set(name, { nanos: before.nanos + added.nanos, format });
  }
  return sum;
}

export function minus(a: Amounts, b: Amounts): Amounts {
  const taken = [...b].map(([name, { nanos, format }]) => [name, { nanos: -nanos, format }] as const);
  return plus(a, new Map(taken));
}

/** Of each resource the larger amount. */
export function larger(a: Amounts, b: Amounts): Amounts {
  const result = new Map(a);
  for (const [name, amount] of b) {
    const known = result.get(name);
    if (known === undefined || amount.nanos > known.nanos) result.set(name, amount);
  }
  return result;
}

/**
 * What a Pod requests, or is limited to, as a whole: its containers together, or an init container where that takes
 * more beside the ones that go on running; what the Pod says for itself in their place; and its overhead. Source:
 * upstream's resource helper (PodRequests, PodLimits).
 */
export function podAmounts(spec: PodSpec, which: "requests" | "limits"): Amounts {
  const overhead = amountsOf(spec.overhead);
  const whole = ownAmounts(spec, which);
  if (which === "requests") return plus(whole, overhead);
  // Overhead adds to a limit there is; it makes none.
  return plus(whole, new Map([...overhead].filter(([name]) => amountOf(whole, name) > 0n)));
}

/** The same without its overhead. */
export function ownAmounts(spec: PodSpec, which: "requests" | "limits"): Amounts {
  const of = (container: Container) => amountsOf(container.resources?.[which]);
  let running: Amounts = new Map();
  let most: Amounts = new Map();
  for (const init of spec.initContainers ?? []) {
    const beside = plus(running, of(init));
    if (init.restartPolicy === "Always") running = beside;
    most = larger(most, beside);
  }
  const together = larger(spec.containers.map(of).reduce(plus, running), most);
  const own = (spec["resources"] as Container["resources"] | undefined)?.[which];
  return own === undefined ? together : new Map([...together, ...amountsOf(own)]);
}
