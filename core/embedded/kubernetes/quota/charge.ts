import { printQuantity } from "@catalyst/base/quantity";
import {
  type Amounts,
  amountOf,
  amountsOf,
  type KubeObject,
  minus,
  type Pod,
  plus,
} from "@catalyst/ports/kubernetes";
import { isInScope, type Quota } from "./scopes.ts";
import { governs, unsaid, usageOf } from "./usage.ts";

/** A write that quotas are to allow. */
export interface Charge {
  /** `group/plural`. */
  readonly resource: string;
  readonly object: KubeObject;
  /** What the object replaces, in an update. */
  readonly before: KubeObject | undefined;
  readonly now: number;
}

/** Quotas with what they count after a write, or why one of them refuses it. */
export type Charged =
  | { readonly refusal: string }
  | { readonly refusal?: undefined; readonly quotas: readonly Quota[] };

/**
 * Counts a write into the quotas of its namespace: gives those that change, or the first refusal. The rules and
 * texts are upstream's (resourcequota admission, CheckRequest).
 */
export function chargeQuotas(quotas: readonly Quota[], charge: Charge): Charged {
  const { resource, object, before, now } = charge;
  const concerned = quotas.filter((quota) => concerns(quota, resource, object));
  for (const quota of concerned) {
    const refusal = formalRefusal(quota, charge);
    if (refusal !== undefined) return { refusal };
  }
  const usage = usageOf(resource, object, now);
  const changed: Quota[] = [];
  for (const quota of concerned) {
    const counted = before !== undefined && concerns(quota, resource, before);
    const added = counted ? grown(usage, usageOf(resource, before, now)) : usage;
    const asked = new Map([...added].filter(([name, { nanos }]) => nanos !== 0n && hardOf(quota).has(name)));
    if (asked.size === 0) continue;
    const refusal = excess(quota, asked);
    if (refusal !== undefined) return { refusal };
    changed.push(withUsed(quota, plus(usedOf(quota), asked)));
  }
  return { quotas: changed };
}

/** Whether a quota limits something an object takes. */
export function concerns(quota: Quota, resource: string, object: KubeObject): boolean {
  const names = Object.keys(quota.status?.hard ?? {});
  return names.some((name) => governs(resource, name)) && isInScope(quota, resource, object);
}

function formalRefusal({ metadata, status }: Quota, { resource, object }: Charge): string | undefined {
  const names = Object.keys(status?.hard ?? {}).filter((name) => governs(resource, name));
  const missing = resource === "/pods" ? unsaid(names, object as Pod) : undefined;
  if (missing !== undefined) return `failed quota: ${metadata.name}: ${missing}`;
  if (names.every((name) => status?.used?.[name] !== undefined)) return undefined;
  return `status unknown for quota: ${metadata.name}, resources: ${names.sort().join(",")}`;
}

/** What is more than before; less frees nothing until it is counted anew. */
function grown(after: Amounts, before: Amounts): Amounts {
  return new Map([...minus(after, before)].filter(([, { nanos }]) => nanos > 0n));
}

function excess(quota: Quota, asked: Amounts): string | undefined {
  const [hard, used] = [hardOf(quota), usedOf(quota)];
  const over = [...asked.keys()]
    .filter((name) => amountOf(used, name) + amountOf(asked, name) > amountOf(hard, name))
    .sort();
  if (over.length === 0) return undefined;
  const print = (amounts: Amounts) =>
    over.map((name) => `${name}=${printQuantity(amounts.get(name) ?? zero)}`).join(",");
  return `exceeded quota: ${quota.metadata.name}, requested: ${print(asked)}, used: ${print(used)}, limited: ${print(hard)}`;
}

const zero = { nanos: 0n, format: "decimal" } as const;

function hardOf({ status }: Quota): Amounts {
  return amountsOf(status?.hard);
}

function usedOf({ status }: Quota): Amounts {
  return amountsOf(status?.used);
}

/** A quota that says how much is used. */
export function withUsed(quota: Quota, used: Amounts): Quota {
  const printed = [...used].map(([name, amount]) => [name, printQuantity(amount)]);
  return { ...quota, status: { ...quota.status, used: Object.fromEntries(printed) } };
}
