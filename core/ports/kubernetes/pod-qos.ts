import type { Container, PodSpec } from "./pod.ts";
import { type Amounts, amountOf, amountsOf, plus } from "./pod-amounts.ts";

export type PodQosClass = "Guaranteed" | "Burstable" | "BestEffort";

const counted = ["cpu", "memory"] as const;

type Resources = NonNullable<Container["resources"]>;

/**
 * The quality of service that a Pod's requests and limits of cpu and memory amount to: those of the Pod as a whole when
 * it has any, else its containers'. A Pod that nobody has validated may lack what it needs. Source: upstream's ComputePodQOS.
 */
export function podQosClass({ spec = {} }: { readonly spec?: Partial<PodSpec> }): PodQosClass {
  const own = spec["resources"] as Resources | undefined;
  const holders =
    own === undefined ? [...(spec.containers ?? []), ...(spec.initContainers ?? [])] : [{ resources: own }];
  const sum = (which: "requests" | "limits") =>
    holders.map(({ resources }) => amountsOf(resources?.[which])).reduce(plus, new Map());
  const [requests, limits] = [sum("requests"), sum("limits")];
  if (![requests, limits].some((amounts) => counted.some((name) => amountOf(amounts, name) > 0n))) {
    return "BestEffort";
  }
  const isSame = counted.every((name) => amountOf(requests, name) === amountOf(limits, name));
  // A Pod that says nothing of its limits as a whole isn't asked for both of them.
  const limited = holders
    .map(({ resources }) => resources?.limits)
    .filter((each) => own === undefined || Object.keys(each ?? {}).length > 0);
  return isSame && limited.every((each) => limitsBoth(amountsOf(each))) ? "Guaranteed" : "Burstable";
}

function limitsBoth(limits: Amounts): boolean {
  return counted.every((name) => amountOf(limits, name) > 0n);
}
