import { parseQuantity } from "@catalyst/base/quantity";
import type { Container, PodSpec } from "./pod.ts";

/** Amounts by resource, in billionths: what quantities are added up in. */
export type Amounts = ReadonlyMap<string, bigint>;

/** Quantities as they can be added up; what isn't one counts as 0. */
export function amountsOf(quantities: Readonly<Record<string, string | number>> = {}): Amounts {
  return new Map(
    Object.entries(quantities).map(([name, text]) => [name, parseQuantity(String(text))?.nanos ?? 0n]),
  );
}

export function plus(a: Amounts, b: Amounts): Amounts {
  const sum = new Map(a);
  for (const [name, amount] of b) sum.set(name, (sum.get(name) ?? 0n) + amount);
  return sum;
}

export function minus(a: Amounts, b: Amounts): Amounts {
  const rest = new Map(a);
  for (const [name, amount] of b) rest.set(name, (rest.get(name) ?? 0n) - amount);
  return rest;
}

function larger(a: Amounts, b: Amounts): Amounts {
  const result = new Map(a);
  for (const [name, amount] of b) if (amount > (result.get(name) ?? -1n)) result.set(name, amount);
  return result;
}

/**
 * What a Pod requests, or is limited to, as a whole: its containers together, or an init container where that takes
 * more beside the ones that go on running; what the Pod says for itself in their place; and its overhead. Source:
 * upstream's resource helper (PodRequests, PodLimits).
 */
export function podAmounts(spec: PodSpec, which: "requests" | "limits"): Amounts {
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
  const whole = own === undefined ? together : new Map([...together, ...amountsOf(own)]);
  const hasAny = which === "requests" || whole.size > 0;
  return hasAny ? plus(whole, amountsOf(spec.overhead)) : whole;
}
