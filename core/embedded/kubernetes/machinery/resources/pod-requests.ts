import { parseQuantity, printQuantity, type Quantity } from "@catalyst/base/quantity";
import { at, each, type Fields, text } from "./fields.ts";

const none: Quantity = { nanos: 0n, format: "decimal" };

function amounts(container: Fields, list: "requests" | "limits"): Map<string, Quantity> {
  const given = Object.entries(at(container, "resources", list));
  return new Map(given.map(([name, value]) => [name, parseQuantity(String(value)) ?? none]));
}

function add(sum: Map<string, Quantity>, more: ReadonlyMap<string, Quantity>): void {
  for (const [name, amount] of more) {
    const before = sum.get(name);
    sum.set(name, before === undefined ? amount : { ...before, nanos: before.nanos + amount.nanos });
  }
}

function raise(most: Map<string, Quantity>, other: ReadonlyMap<string, Quantity>): void {
  for (const [name, amount] of other) {
    const before = most.get(name);
    if (before === undefined || amount.nanos > before.nanos) most.set(name, amount);
  }
}

/**
 * What the containers of a Pod use at most at the same time, by resource: all that run together, or an init container
 * with the sidecars started before it. Source: Kubernetes' `component-helpers/resource`.
 */
export function aggregated(spec: Fields, list: "requests" | "limits"): ReadonlyMap<string, string> {
  const together = new Map<string, Quantity>();
  for (const container of each(spec, "containers")) add(together, amounts(container, list));
  const sidecars = new Map<string, Quantity>();
  const before = new Map<string, Quantity>();
  for (const container of each(spec, "initContainers")) {
    const own = amounts(container, list);
    if (text(container, "restartPolicy") === "Always") {
      add(together, own);
      add(sidecars, own);
      raise(before, sidecars);
    } else {
      const then = new Map(own);
      add(then, sidecars);
      raise(before, then);
    }
  }
  raise(together, before);
  return new Map([...together].map(([name, quantity]) => [name, printQuantity(quantity)]));
}
